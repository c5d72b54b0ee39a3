package dev.parley.gateway;

import dev.parley.gateway.kafka.DeltaTail;
import org.springframework.context.SmartLifecycle;

/** Tails the log from before the first request until after the last answer. */
final class GatewayLifecycle implements SmartLifecycle {
    private final DeltaTail tail;
    private final Thread tailing;
    private volatile boolean running;

    GatewayLifecycle(DeltaTail tail) {
        this.tail = tail;
        this.tailing = Thread.ofPlatform().name("delta-tail").unstarted(tail);
    }

    @Override
    public void start() {
        running = true;
        tailing.start();
    }

    @Override
    public void stop() {
        running = false;
        try {
            tail.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Below the web server's, which therefore starts later and stops earlier. */
    @Override
    public int getPhase() {
        return 0;
    }
}
