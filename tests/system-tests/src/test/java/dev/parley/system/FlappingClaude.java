package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** Claude in a mood that changes: it refuses, cuts its answers off, ends them with an error, or answers. For one story's questions only. */
final class FlappingClaude implements AutoCloseable {
    private static final List<String> MOODS = List.of(
            "fault=overloaded",
            "fault=cut after=20",
            "fault=unavailable",
            "fault=error after=40",
            "fault=rate_limit_without_retry_after",
            "fault=reset after=10",
            "fault=api_error",
            "fault=none",
            "fault=none",
            "fault=none");
    private static final Duration MOOD = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** More than there are questions within a mood. */
    private static final int ALL = 100_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor();
    private final URI faults;
    private final String mark;
    private final Random random;
    private final ScheduledFuture<?> changing;

    /**
     * Begins to flap.
     *
     * @param mark what the story's questions have in them
     * @param random chooses the moods
     */
    FlappingClaude(URI simulator, String mark, Random random) {
        this.faults = simulator.resolve("/simulator/faults");
        this.mark = mark;
        this.random = random;
        this.changing = clockwork.scheduleAtFixedRate(this::change, 0, MOOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void change() {
        var wish = JsonMapper.shared().createObjectNode();
        wish.putArray("next")
                .addObject()
                .put("directives", MOODS.get(random.nextInt(MOODS.size())))
                .put("times", ALL)
                .put("match", mark);
        send("DELETE", "");
        send("POST", wish.toString());
    }

    private void send(String method, String body) {
        HttpRequest request = HttpRequest.newBuilder(faults)
                .timeout(PATIENCE)
                .method(method, BodyPublishers.ofString(body, UTF_8))
                .build();
        HttpResponse<String> response =
                client.sendAsync(request, BodyHandlers.ofString()).join();
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the simulator answers " + response.body());
        }
    }

    /** Is well from now on. Fails if a change of its mood failed. */
    @Override
    public void close() {
        boolean flapped = changing.cancel(false);
        clockwork.close();
        send("DELETE", "");
        client.close();
        if (!flapped) {
            throw new IllegalStateException("it stopped to flap", changing.exceptionNow());
        }
    }
}
