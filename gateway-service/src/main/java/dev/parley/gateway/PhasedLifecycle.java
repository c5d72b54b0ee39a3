package dev.parley.gateway;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts and stops a part of the service in a phase: a higher phase starts later and stops earlier. */
final class PhasedLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PhasedLifecycle.class);

    private final int phase;
    private final Runnable start;
    private final Runnable stop;
    private volatile boolean running;

    private PhasedLifecycle(int phase, Runnable start, Runnable stop) {
        this.phase = phase;
        this.start = start;
        this.stop = stop;
    }

    /** Starts before the web server, and stops after the last response has ended. */
    static PhasedLifecycle aroundRequests(Runnable start, Runnable stop) {
        return new PhasedLifecycle(0, start, stop);
    }

    /**
     * Repeats work from before the web server starts until the last response has ended: first after a delay, then periodically, but
     * never twice at a time. Periods that end while it runs are left out. A failure is logged, and leaves it to the next time.
     */
    static PhasedLifecycle repeating(String name, Duration delay, Duration period, Mono<?> work) {
        Disposable.Swap repetition = Disposables.swap();
        return aroundRequests(
                () -> repetition.update(Flux.interval(delay, period)
                        .onBackpressureDrop()
                        .concatMap(_ -> work.doOnError(e -> LOG.warn("{} has failed: {}", name, e.toString()))
                                .onErrorComplete())
                        .subscribe()),
                repetition::dispose);
    }

    /** Runs an action between the end of the grace for open responses and the closing of their connections. */
    static PhasedLifecycle afterGrace(Runnable stop) {
        return new PhasedLifecycle(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1, () -> {}, stop);
    }

    @Override
    public void start() {
        running = true;
        start.run();
    }

    @Override
    public void stop() {
        running = false;
        stop.run();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
