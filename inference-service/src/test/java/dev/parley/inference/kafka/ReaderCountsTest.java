package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReaderCountsTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final ReaderCounts readers = new ReaderCounts();

    @Test
    void cancelsAGenerationWithoutReadersAfterTheGracePeriod() {
        stop(0);
        assertThat(readers.anyAbandoned(NOW.plusSeconds(14))).isFalse();
        assertThat(readers.takeAbandoned(NOW.plusSeconds(14))).isEmpty();
        assertThat(readers.anyAbandoned(NOW.plusSeconds(15))).isTrue();
        assertThat(readers.takeAbandoned(NOW.plusSeconds(15)))
                .containsExactly(new ReaderCounts.Abandoned(GENERATION, ACME));
        assertThat(readers.anyAbandoned(NOW.plusSeconds(16))).isFalse();
        assertThat(readers.takeAbandoned(NOW.plusSeconds(16))).isEmpty();
    }

    @Test
    void keepsAGenerationWhoseReaderReturned() {
        stop(0);
        resume();
        assertThat(readers.takeAbandoned(NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void keepsAGenerationWithASecondReader() {
        resume();
        stop(0);
        assertThat(readers.takeAbandoned(NOW.plusSeconds(60))).isEmpty();
        stop(70);
        assertThat(readers.takeAbandoned(NOW.plusSeconds(85))).hasSize(1);
    }

    @Test
    void cancelsAGenerationAgainWhoseReaderReturnedLateAndLeft() {
        stop(0);
        assertThat(readers.takeAbandoned(NOW.plusSeconds(15))).hasSize(1);
        resume();
        stop(20);
        assertThat(readers.takeAbandoned(NOW.plusSeconds(35))).hasSize(1);
    }

    private void stop(int seconds) {
        readers.stopped(new ReadingStopped(GENERATION, ACME, NOW.plusSeconds(seconds), Duration.ofSeconds(15), ""));
    }

    private void resume() {
        readers.resumed(new ReadingResumed(GENERATION, ACME, NOW, ""));
    }
}
