package dev.parley.persistence.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.turn.TestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class TurnTelemetryTest {
    private final TestTurn turn = TestTurn.of("conv_1", 1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void measuresTheTimeFromTheEndOfTheAnswerToItsStorage() {
        MutableClock clock = MutableClock.of(turn.event().facts().endedAt().plusMillis(20), ZoneOffset.UTC);
        TurnTelemetry telemetry = new TurnTelemetry(clock, new TurnSpans(Tracers.none()), registry);
        Instant begun = telemetry.begin();
        clock.add(Duration.ofMillis(30));
        telemetry.stored(begun, List.of(turn.prepared()), Set.of(turn.id()));
        assertThat(registry.get("parley.persistence.lag").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(50);
    }
}
