package dev.parley.gateway;

import dev.parley.gateway.kafka.SettlementReader;
import dev.parley.gateway.limits.SharedLedger;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Settles and renews until after the last answer. */
final class LimitsLifecycle implements SmartLifecycle {
    private final SharedLedger ledger;
    private final SettlementReader settlement;
    private final Duration lease;
    private final Thread settling;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leases").daemon().factory());
    private volatile boolean running;

    LimitsLifecycle(SharedLedger ledger, SettlementReader settlement, Duration lease) {
        this.ledger = ledger;
        this.settlement = settlement;
        this.lease = lease;
        this.settling = Thread.ofPlatform().name("settlement").daemon().unstarted(settlement);
    }

    @Override
    public void start() {
        running = true;
        settling.start();
        long period = Math.max(1, lease.toMillis() / 4);
        var _ = timer.scheduleWithFixedDelay(ledger::renew, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
        settlement.stop();
        try {
            settling.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** As that of the tail: the web server starts later and stops earlier. */
    @Override
    public int getPhase() {
        return 0;
    }
}
