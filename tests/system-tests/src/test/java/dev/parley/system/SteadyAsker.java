package dev.parley.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Clients that keep asking while something goes wrong: a short question at each interval, by turns at all gateways. Each
 * asks once, and reads what comes to its end; none tries again.
 */
final class SteadyAsker implements AutoCloseable {
    static final String TEXT = "one two three four five";
    private static final String DIRECTIVES = "first_token_ms=0 tokens_per_second=0 text=\"" + TEXT + "\"";
    private static final long PATIENCE_SECONDS = 120;

    /**
     * What one client saw.
     *
     * @param askedAt by {@link System#nanoTime()}
     * @param status 0 if the gateway could not be reached or broke the connection off before it answered
     * @param lastType the type of the last event, empty if none came
     * @param firstText how long after the question the first text came, or the end if none did
     */
    record Asked(
            int gateway,
            long askedAt,
            int status,
            String generation,
            String text,
            String lastType,
            String lastId,
            Duration firstText) {
        /** Whether the client was told, or had to see for itself, that there will be no answer. */
        boolean isRefused() {
            return status == 0 || status >= 500;
        }
    }

    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Chat> gateways;
    private final List<Future<Asked>> asking = new ArrayList<>();
    private final ScheduledFuture<?> arrivals;

    /** Begins to ask. */
    SteadyAsker(List<Chat> gateways, Duration interval) {
        this.gateways = gateways;
        this.arrivals = clockwork.scheduleAtFixedRate(this::next, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void next() {
        int gateway = asking.size() % gateways.size();
        asking.add(clients.submit(() -> ask(gateway)));
    }

    private Asked ask(int gateway) throws InterruptedException {
        long askedAt = System.nanoTime();
        try (Reading reading =
                gateways.get(gateway).read(Chat.question(UUID.randomUUID().toString(), DIRECTIVES))) {
            reading.untilCharactersOrTheEnd(1);
            Duration firstText = since(askedAt);
            reading.toTheEnd();
            return new Asked(
                    gateway,
                    askedAt,
                    reading.status(),
                    reading.generation(),
                    reading.text(),
                    reading.lastType(),
                    reading.lastId(),
                    firstText);
        } catch (IOException e) {
            return new Asked(gateway, askedAt, 0, "", "", "", "", since(askedAt));
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /** Asks no more, and waits until all answers have ended. */
    List<Asked> stop() throws Exception {
        arrivals.cancel(false);
        clockwork.shutdown();
        if (!clockwork.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a question could not be asked");
        }
        List<Asked> ended = new ArrayList<>();
        for (Future<Asked> each : asking) {
            ended.add(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return ended;
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        clients.shutdownNow();
    }
}
