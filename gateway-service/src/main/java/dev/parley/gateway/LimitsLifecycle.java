package dev.parley.gateway;

import dev.parley.gateway.kafka.SettlementReader;
import dev.parley.gateway.limits.SharedLedger;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs the settlement and the renewal of leases until after the last answer. */
final class LimitsLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsLifecycle.class);

    private final SharedLedger ledger;
    private final SettlementReader settlement;
    private final Duration lease;
    private final Clock clock;
    private final Thread settling;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leases").daemon().factory());
    private volatile boolean running;

    LimitsLifecycle(SharedLedger ledger, SettlementReader settlement, Duration lease, Clock clock) {
        this.ledger = ledger;
        this.settlement = settlement;
        this.lease = lease;
        this.clock = clock;
        this.settling = Thread.ofPlatform().name("settlement").daemon().unstarted(settlement);
    }

    @Override
    public void start() {
        running = true;
        settling.start();
        long period = Math.max(1, lease.toMillis() / 4);
        var _ = timer.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
    }

    /** Catches everything, because the executor drops a task that throws. */
    private void renew() {
        try {
            ledger.renew(clock.instant());
        } catch (RuntimeException | Error e) {
            LOG.warn("The leases were not renewed", e);
        }
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
