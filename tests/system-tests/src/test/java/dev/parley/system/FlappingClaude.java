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

/** Makes the simulator change between errors, broken answers and normal operation, for marked requests only. */
final class FlappingClaude implements AutoCloseable {
    private static final List<String> DIRECTIVES = List.of(
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
    private static final Duration PERIOD = Duration.ofMillis(1500);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** More than there are requests in one period. */
    private static final int TIMES_MAX = 100_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final URI faults;
    private final String mark;
    private final Random random;
    private final ScheduledFuture<?> changing;

    /**
     * Starts to change the simulator's behaviour.
     *
     * @param mark text in the affected requests
     * @param random chooses the behaviour
     */
    FlappingClaude(URI simulator, String mark, Random random) {
        this.faults = simulator.resolve("/simulator/faults");
        this.mark = mark;
        this.random = random;
        this.changing = scheduler.scheduleAtFixedRate(this::change, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void change() {
        var script = JsonMapper.shared().createObjectNode();
        script.putArray("next")
                .addObject()
                .put("directives", DIRECTIVES.get(random.nextInt(DIRECTIVES.size())))
                .put("times", TIMES_MAX)
                .put("match", mark);
        send("DELETE", "");
        send("POST", script.toString());
    }

    private void send(String method, String body) {
        HttpRequest request = HttpRequest.newBuilder(faults)
                .timeout(TIMEOUT)
                .method(method, BodyPublishers.ofString(body, UTF_8))
                .build();
        HttpResponse<String> response =
                client.sendAsync(request, BodyHandlers.ofString()).join();
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the simulator answers " + response.body());
        }
    }

    /** Restores normal operation. Fails if a change failed. */
    @Override
    public void close() {
        boolean flapped = changing.cancel(false);
        scheduler.close();
        send("DELETE", "");
        client.close();
        if (!flapped) {
            throw new IllegalStateException("changing the simulator's behaviour failed", changing.exceptionNow());
        }
    }
}
