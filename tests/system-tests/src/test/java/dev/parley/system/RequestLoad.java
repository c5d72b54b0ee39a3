package dev.parley.system;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends different requests of one kind at a steady rate, whatever becomes of them. */
final class RequestLoad implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    private RequestLoad() {}

    /**
     * Starts to send.
     *
     * @param directives for the simulator
     */
    static RequestLoad start(ChatClient chat, String model, String directives, Duration interval) {
        RequestLoad load = new RequestLoad();
        var _ = load.scheduler.scheduleAtFixedRate(
                () -> {
                    CompletableFuture<Answer> _ =
                            chat.askAsync(ChatClient.question(directives).put("model", model));
                },
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
        return load;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
