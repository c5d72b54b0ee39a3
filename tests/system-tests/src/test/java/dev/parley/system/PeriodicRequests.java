package dev.parley.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends a short request at a fixed interval, alternating between the gateways. Each is sent once and read to its end.
 */
final class PeriodicRequests implements AutoCloseable {
    static final String TEXT = "one two three four five";
    private static final String DIRECTIVES = "first_token_ms=0 tokens_per_second=0 text=\"" + TEXT + "\"";
    private static final long TIMEOUT_SECONDS = 120;

    /**
     * The outcome of one request.
     *
     * @param sentAt by {@link System#nanoTime()}
     * @param status 0 if the gateway was unreachable or closed the connection before it answered
     * @param lastType the type of the last event, empty if there is none; of a whole message, that of the last one of a
     *     stream
     * @param firstText the time to the first text, or to the end without text
     */
    record RequestOutcome(
            int gateway,
            long sentAt,
            int status,
            String generation,
            String text,
            String lastType,
            String lastId,
            Duration firstText) {
        /** Whether the request was rejected or the gateway was unreachable. */
        boolean isRefused() {
            return status == 0 || status >= 500;
        }
    }

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ChatClient> gateways;
    private final boolean alsoWhole;
    private final List<Future<RequestOutcome>> pending = new ArrayList<>();
    private final ScheduledFuture<?> arrivals;

    /** Starts to send requests for streams. */
    PeriodicRequests(List<ChatClient> gateways, Duration interval) {
        this(gateways, interval, false);
    }

    /**
     * Starts to send requests.
     *
     * @param alsoWhole whether every second request at a gateway is for a whole message instead of a stream
     */
    PeriodicRequests(List<ChatClient> gateways, Duration interval, boolean alsoWhole) {
        this.gateways = gateways;
        this.alsoWhole = alsoWhole;
        this.arrivals = scheduler.scheduleAtFixedRate(this::next, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void next() {
        int gateway = pending.size() % gateways.size();
        boolean whole = alsoWhole && pending.size() / gateways.size() % 2 == 1;
        pending.add(clients.submit(() -> send(gateway, whole)));
    }

    private RequestOutcome send(int gateway, boolean whole) throws InterruptedException {
        long sentAt = System.nanoTime();
        try (StreamedAnswer reading =
                gateways.get(gateway).read(ChatClient.question(DIRECTIVES).put("stream", !whole))) {
            reading.untilCharactersOrTheEnd(1);
            Duration firstText = since(sentAt);
            reading.toTheEnd();
            boolean isMessage =
                    whole && reading.status() == 200 && reading.lastType().isEmpty();
            return new RequestOutcome(
                    gateway,
                    sentAt,
                    reading.status(),
                    reading.generation(),
                    isMessage ? text(reading.rest()) : reading.text(),
                    isMessage ? "message_stop" : reading.lastType(),
                    reading.lastId(),
                    firstText);
        } catch (IOException e) {
            return new RequestOutcome(gateway, sentAt, 0, "", "", "", "", since(sentAt));
        }
    }

    private static String text(String message) {
        return JsonMapper.shared().readTree(message).at("/content/0/text").stringValue("");
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /** Stops sending, and waits until all answers have ended. */
    List<RequestOutcome> stop() throws Exception {
        arrivals.cancel(false);
        scheduler.shutdown();
        if (!scheduler.awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a request could not be sent");
        }
        List<RequestOutcome> ended = new ArrayList<>();
        for (Future<RequestOutcome> each : pending) {
            ended.add(each.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }
        return ended;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        clients.shutdownNow();
    }
}
