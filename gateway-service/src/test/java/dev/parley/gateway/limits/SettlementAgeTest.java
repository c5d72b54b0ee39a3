package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class SettlementAgeTest {
    private static final Instant NOON = Instant.parse("2026-12-02T12:00:00Z");

    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Supplier<Optional<Instant>> ledger = () -> Optional.of(NOON.minusSeconds(30));
    private final SettlementAge age = new SettlementAge(() -> ledger.get(), clock, registry);

    private double exported() {
        return registry.get("parley.gateway.settlement.age").gauge().value();
    }

    @Test
    void growsWhileNoGatewaySettles() {
        age.read();
        assertThat(exported()).isEqualTo(30);
        clock.set(NOON.plusSeconds(600));
        age.read();
        assertThat(exported()).isEqualTo(630);
    }

    /** As when the thread that reads it waits for Redis. */
    @Test
    void growsWhileTheLedgerIsNotRead() {
        age.read();
        clock.set(NOON.plusSeconds(600));
        assertThat(exported()).isEqualTo(630);
    }

    @Test
    void isUnknownBeforeItIsRead() {
        assertThat(exported()).isNaN();
    }

    @Test
    void isUnknownWhileTheLedgerCountsAgain() {
        age.read();
        ledger = Optional::empty;
        age.read();
        assertThat(exported()).isNaN();
    }

    @Test
    void isUnknownWhileTheLedgerCannotBeReached() {
        age.read();
        ledger = () -> {
            throw new IllegalStateException("no connection");
        };
        age.read();
        assertThat(exported()).isNaN();
    }
}
