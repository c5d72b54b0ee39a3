package dev.parley.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

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

    /** More than there are requests in one period. */
    private static final int TIMES_MAX = 100_000;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Simulator simulator;
    private final String mark;
    private final Random random;
    private final ScheduledFuture<?> changing;

    /**
     * Starts to change the simulator's behaviour.
     *
     * @param mark text in the affected requests
     * @param random chooses the behaviour
     */
    FlappingClaude(Simulator simulator, String mark, Random random) {
        this.simulator = simulator;
        this.mark = mark;
        this.random = random;
        this.changing = scheduler.scheduleAtFixedRate(this::change, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void change() {
        script(List.of(DIRECTIVES.get(random.nextInt(DIRECTIVES.size()))));
    }

    private void script(List<String> directives) {
        try {
            simulator.forgetScripts();
            for (String each : directives) {
                simulator.script(mark, each, TIMES_MAX);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the simulator was changed", e);
        }
    }

    /** Restores normal operation. Fails if a change failed. */
    @Override
    public void close() {
        boolean flapped = changing.cancel(false);
        scheduler.close();
        script(List.of());
        if (!flapped) {
            throw new IllegalStateException("changing the simulator's behaviour failed", changing.exceptionNow());
        }
    }
}
