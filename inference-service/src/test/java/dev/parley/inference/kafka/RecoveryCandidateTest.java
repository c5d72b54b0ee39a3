package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.GenerationLog;
import dev.parley.inference.generation.OffsetWatermark;
import dev.parley.inference.generation.RecoveryDecision;
import dev.parley.inference.generation.Requests;
import dev.parley.inference.kafka.RecoveryCandidate.Horizon;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecoveryCandidateTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private final GenerationLog log = new GenerationLog(1_000, Instant.EPOCH);
    private final RecoveryCandidate candidate =
            new RecoveryCandidate(request(), new TopicPartition("chat.deltas", 0), log, false, Optional.empty(), false);

    @Test
    void isUndecidedBeforeItIsReadUpToTheHorizon() {
        assertThat(candidate.decide(SILENCE)).isEqualTo(RecoveryDecision.WAIT);
        RecoveryCandidate looking = candidate.withHorizon(new Horizon(100, NOON));
        assertThat(looking.readUpTo(99).decide(SILENCE)).isEqualTo(RecoveryDecision.WAIT);
        assertThat(looking.readUpTo(100).decide(SILENCE)).isEqualTo(RecoveryDecision.START);
    }

    /** The log may grow faster than it is read; the horizon stays fixed. */
    @Test
    void isTakenOverIfItWasSilentAtTheHorizon() {
        log.add(new Heartbeat(GENERATION, 1, 0), NOON.minusSeconds(4));
        assertThat(candidate
                        .withHorizon(new Horizon(100, NOON))
                        .readUpTo(1_000_000)
                        .decide(SILENCE))
                .isEqualTo(RecoveryDecision.TAKE_OVER);
    }

    @Test
    void isDecidedAgainByALaterHorizonIfItsOwnerWasAlive() {
        log.add(new Heartbeat(GENERATION, 1, 0), NOON.minusSeconds(1));
        RecoveryCandidate read = candidate.withHorizon(new Horizon(100, NOON)).readUpTo(100);
        assertThat(read.decide(SILENCE)).isEqualTo(RecoveryDecision.WAIT);
        assertThat(read.withoutHorizon().isRead()).isFalse();
        assertThat(read.withoutHorizon()
                        .withHorizon(new Horizon(200, NOON.plusSeconds(3)))
                        .readUpTo(200)
                        .decide(SILENCE))
                .isEqualTo(RecoveryDecision.TAKE_OVER);
    }

    private static InFlightRequest request() {
        TurnLog turns = new TurnLog(
                () -> new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()),
                new ArrivalRate(Duration.ofSeconds(1), 10, System::nanoTime));
        return new InFlightRequest(
                Requests.asking(GENERATION, "", NOON),
                new OwnedPartition(
                        0,
                        0,
                        new OffsetWatermark(0),
                        turns,
                        new OwnershipCheck(Duration.ofSeconds(6), System::nanoTime)),
                0);
    }
}
