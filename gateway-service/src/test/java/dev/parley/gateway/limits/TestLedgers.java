package dev.parley.gateway.limits;

import dev.parley.answercache.lookup.BreakerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** Ledgers whose time limits no test reaches. */
public final class TestLedgers {
    private static final Duration LONG = Duration.ofSeconds(30);

    private TestLedgers() {}

    public static LocalLedger local() {
        return new LocalLedger(100, LONG);
    }

    public static SharedLedger shared(Ledger ledger) {
        return new SharedLedger(
                ledger,
                local(),
                new LimitSettings(
                        LONG,
                        LONG,
                        4,
                        100,
                        LONG,
                        Duration.ofMinutes(30),
                        new BreakerSettings(20, 20, 50, Duration.ofSeconds(1), 2)),
                new SimpleMeterRegistry());
    }
}
