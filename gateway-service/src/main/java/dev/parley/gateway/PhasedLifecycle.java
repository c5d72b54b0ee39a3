package dev.parley.gateway;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Starts and stops a part of the service in a phase: a higher phase starts later and stops earlier. */
final class PhasedLifecycle implements SmartLifecycle {
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
