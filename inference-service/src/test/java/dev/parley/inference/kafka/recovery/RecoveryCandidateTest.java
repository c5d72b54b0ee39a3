package dev.parley.inference.kafka.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.generation.recovery.RecoveryDecision;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.recovery.RecoveryCandidate.Horizon;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryCandidateTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Instant OLDEST = NOON.minusSeconds(60);
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private final GenerationLog log = Generations.log();
    private final RecoveryCandidate candidate = new RecoveryCandidate(request(), log, NOON);

    @Test
    void isUndecidedBeforeItIsReadUpToTheHorizon() {
        assertThat(candidate.decide(100, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.WAIT);
        RecoveryCandidate looking = at(100, NOON);
        assertThat(looking.decide(99, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.WAIT);
        assertThat(looking.decide(100, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.START);
    }

    /** The log may grow faster than it is read; the horizon stays fixed. */
    @Test
    void isTakenOverIfItWasSilentAtTheHorizon() {
        log.add(new Heartbeat(GENERATION, 1, 0), NOON.minusSeconds(4));
        assertThat(at(100, NOON).decide(1_000_000, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.TAKE_OVER);
    }

    @Test
    void isDecidedAgainByALaterHorizonIfItsOwnerWasAlive() {
        log.add(new Heartbeat(GENERATION, 1, 0), NOON.minusSeconds(1));
        assertThat(at(100, NOON).decide(100, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.WAIT);
        assertThat(at(200, NOON.plusSeconds(3)).written(NOON.plusMillis(600)).decide(200, SILENCE, OLDEST))
                .isEqualTo(RecoveryDecision.TAKE_OVER);
    }

    @Test
    void threeHorizonsMayBeReachedLate() {
        RecoveryCandidate reached = at(100, NOON);
        assertThat(reached.isLate(NOON.plusSeconds(2))).isFalse();
        for (int i = 1; i <= 3; i++) {
            assertThat(reached.isLate(NOON.plusSeconds(3))).isTrue();
            reached = reached.next(NOON.plusSeconds(3)).with(reached.horizon());
        }
        assertThat(reached.isLate(NOON.plusSeconds(3))).isFalse();
    }

    @Test
    void isInterruptedIfOneOfItsDeltasCannotBeRead() {
        assertThat(at(100, NOON).unreadable().decide(100, SILENCE, OLDEST)).isEqualTo(RecoveryDecision.GIVE_UP);
    }

    @Test
    void hasExpiredIfNeitherItsRequestNorItsLastRecordIsRecent() {
        assertThat(at(100, NOON).decide(100, SILENCE, NOON)).isEqualTo(RecoveryDecision.START);
        assertThat(at(100, NOON).decide(100, SILENCE, NOON.plusMillis(1))).isEqualTo(RecoveryDecision.EXPIRED);
        log.add(new Heartbeat(GENERATION, 1, 0), NOON.plusMillis(1));
        RecoveryCandidate silent = new RecoveryCandidate(request(), log, NOON.plusSeconds(4))
                .with(Optional.of(new Horizon(100, NOON.plusSeconds(4))));
        assertThat(silent.decide(100, SILENCE, NOON.plusMillis(1))).isEqualTo(RecoveryDecision.TAKE_OVER);
        assertThat(silent.decide(100, SILENCE, NOON.plusMillis(2))).isEqualTo(RecoveryDecision.EXPIRED);
        assertThat(silent.unreadable().decide(100, SILENCE, NOON.plusMillis(2)))
                .as("its turn may be recorded")
                .isEqualTo(RecoveryDecision.GIVE_UP);
    }

    private RecoveryCandidate at(long end, Instant time) {
        return candidate.with(Optional.of(new Horizon(end, time)));
    }

    private static InFlightRequest request() {
        return new InFlightRequest(
                Events.requested(request -> request.generation = GENERATION), OwnedPartitions.any(), 0);
    }
}
