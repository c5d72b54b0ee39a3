package dev.parley.gateway.limits;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports for how long turns have not been counted against limits and budgets, as {@code parley.gateway.settlement.age}. It reads
 * what all gateways have counted, so it also grows while none settles. Unknown (NaN) while the ledger does not respond, or has
 * lost its data and has not counted all of it again.
 */
public final class SettlementAge {
    private static final Logger LOG = LoggerFactory.getLogger(SettlementAge.class);

    private final Supplier<Optional<Instant>> countedUntil;
    private volatile Optional<Instant> latest = Optional.empty();

    /** @param countedUntil the time until which all turns are counted; throws if the ledger cannot be reached */
    public SettlementAge(Supplier<Optional<Instant>> countedUntil, Clock clock, MeterRegistry registry) {
        this.countedUntil = countedUntil;
        Gauge.builder(
                        "parley.gateway.settlement.age",
                        () -> latest.map(until ->
                                        Duration.between(until, clock.instant()).toMillis() / 1e3)
                                .orElse(Double.NaN))
                .description("Since the time until which all turns are counted against limits and budgets")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Reads the time from the ledger. Blocks. */
    public void read() {
        try {
            latest = countedUntil.get();
        } catch (RuntimeException e) {
            latest = Optional.empty();
            LOG.debug("The ledger cannot be reached: {}", e.toString());
        }
    }
}
