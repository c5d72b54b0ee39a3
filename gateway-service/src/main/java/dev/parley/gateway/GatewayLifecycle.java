package dev.parley.gateway;

import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.KeyTail;
import org.springframework.context.SmartLifecycle;

/** Tails the log from before the first request until after the last answer. */
final class GatewayLifecycle implements SmartLifecycle {
    private final DeltaTail tail;
    private final KeyTail keys;
    private final Thread tailing;
    private final Thread readingKeys;
    private volatile boolean running;

    GatewayLifecycle(DeltaTail tail, KeyTail keys) {
        this.tail = tail;
        this.keys = keys;
        this.tailing = Thread.ofPlatform().name("delta-tail").unstarted(tail);
        this.readingKeys = Thread.ofPlatform().name("key-tail").daemon().unstarted(keys);
    }

    @Override
    public void start() {
        running = true;
        tailing.start();
        readingKeys.start();
    }

    @Override
    public void stop() {
        running = false;
        keys.stop();
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
