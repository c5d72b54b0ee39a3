package dev.parley.inference.generation.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.recovery.RecoveryDecision.Watch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecoveryDecisionTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    private static final Instant WRITTEN = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Watch SINCE_THE_SESSION_ENDED = new Watch(Instant.MAX, Optional.empty());
    private static final boolean CAUGHT_UP = true;
    private static final boolean BEHIND = false;

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("nothing read yet", List.of(), BEHIND, 100, RecoveryDecision.WAIT),
                Arguments.of("not started", List.of(), CAUGHT_UP, 0, RecoveryDecision.START),
                Arguments.of("just started", List.of(heartbeat(1, 0)), CAUGHT_UP, 2, RecoveryDecision.WAIT),
                Arguments.of(
                        "started, then silent", List.of(heartbeat(1, 0)), CAUGHT_UP, 3, RecoveryDecision.TAKE_OVER),
                Arguments.of(
                        "growing", List.of(heartbeat(1, 0), frames(1, 1, false)), CAUGHT_UP, 2, RecoveryDecision.WAIT),
                Arguments.of(
                        "silent after text",
                        List.of(heartbeat(1, 0), frames(1, 1, false)),
                        CAUGHT_UP,
                        4,
                        RecoveryDecision.TAKE_OVER),
                Arguments.of(
                        "silent, but not read to the end",
                        List.of(heartbeat(1, 0), frames(1, 1, false)),
                        BEHIND,
                        4,
                        RecoveryDecision.WAIT),
                Arguments.of(
                        "released by its owner",
                        List.of(heartbeat(1, 0), frames(1, 1, false), released(1, 2)),
                        CAUGHT_UP,
                        0,
                        RecoveryDecision.TAKE_OVER),
                Arguments.of(
                        "released and taken over",
                        List.of(heartbeat(1, 0), released(1, 1), heartbeat(2, 0)),
                        CAUGHT_UP,
                        0,
                        RecoveryDecision.WAIT),
                Arguments.of(
                        "complete, not recorded", List.of(frames(1, 0, true)), CAUGHT_UP, 0, RecoveryDecision.RECORD),
                Arguments.of("failed, not recorded", List.of(failed(1, 0)), CAUGHT_UP, 0, RecoveryDecision.RECORD),
                Arguments.of(
                        "recorded", List.of(frames(1, 0, true), recorded(1, 1)), CAUGHT_UP, 0, RecoveryDecision.DONE),
                Arguments.of(
                        "recorded, not read to the end", List.of(recorded(1, 1)), BEHIND, 0, RecoveryDecision.DONE),
                Arguments.of(
                        "a newer attempt is alive",
                        List.of(frames(1, 0, false), heartbeat(2, 0)),
                        CAUGHT_UP,
                        1,
                        RecoveryDecision.WAIT),
                Arguments.of(
                        "a newer attempt is silent",
                        List.of(heartbeat(1, 0), heartbeat(2, 0)),
                        CAUGHT_UP,
                        9,
                        RecoveryDecision.TAKE_OVER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decidesFromTheLogAlone(
            String situation, List<Delta> deltas, boolean caughtUp, int secondsLater, RecoveryDecision expected) {
        GenerationLog log = Generations.log(deltas, WRITTEN);
        assertThat(RecoveryDecision.of(
                        log, caughtUp, WRITTEN.plusSeconds(secondsLater), SINCE_THE_SESSION_ENDED, LIMIT))
                .isEqualTo(expected);
    }

    /** Its records may wait in its producer, and come when the log can be written again. */
    @ParameterizedTest
    @CsvSource({"1499, false", "1500, true", "7750, true", "7751, false"})
    void anOwnerThatWasAliveIsGoneOnlyIfTheLogCouldBeWrittenSince(long written, boolean isGone) {
        GenerationLog log = Generations.log(List.of(heartbeat(1, 0)), WRITTEN);
        Instant now = WRITTEN.plusSeconds(10);
        Watch proven = new Watch(WRITTEN, Optional.of(WRITTEN.plusMillis(written)));
        assertThat(RecoveryDecision.of(log, CAUGHT_UP, now, proven, LIMIT))
                .isEqualTo(isGone ? RecoveryDecision.TAKE_OVER : RecoveryDecision.WAIT);
        assertThat(RecoveryDecision.needsProof(log, now, proven, LIMIT)).isEqualTo(written < 1_500);
    }

    @ParameterizedTest
    @CsvSource({"2999, true", "3000, false"})
    void anOwnerThatHadBeenSilentForTheLimitNeedsNoProof(long since, boolean isNeeded) {
        GenerationLog log = Generations.log(List.of(heartbeat(1, 0)), WRITTEN);
        Watch watch = new Watch(WRITTEN.plusMillis(since), Optional.empty());
        assertThat(RecoveryDecision.of(log, CAUGHT_UP, WRITTEN.plusSeconds(3), watch, LIMIT))
                .isEqualTo(isNeeded ? RecoveryDecision.WAIT : RecoveryDecision.TAKE_OVER);
        assertThat(RecoveryDecision.needsProof(log, WRITTEN.plusSeconds(3), watch, LIMIT))
                .isEqualTo(isNeeded);
    }

    @Test
    void aReleasedGenerationNeedsNoProof() {
        GenerationLog log = Generations.log(List.of(heartbeat(1, 0), released(1, 1)), WRITTEN);
        Watch watch = new Watch(WRITTEN, Optional.empty());
        assertThat(RecoveryDecision.of(log, CAUGHT_UP, WRITTEN, watch, LIMIT)).isEqualTo(RecoveryDecision.TAKE_OVER);
        assertThat(RecoveryDecision.needsProof(log, WRITTEN.plusSeconds(10), watch, LIMIT))
                .isFalse();
    }

    @Test
    void ignoresLateRecordsOfAnOlderAttempt() {
        GenerationLog log = Generations.log(frames(1, 0, false), frames(2, 0, false), frames(1, 1, true));
        assertThat(log.attempt()).isEqualTo(2);
        assertThat(log.ended()).isFalse();
        assertThat(log.frames())
                .as("the older attempt is used up to the start of the newer one")
                .hasSize(2);
    }

    @Test
    void ignoresRepeatedRecords() {
        GenerationLog log = Generations.log(frames(1, 0, false), frames(1, 1, false), frames(1, 0, false));
        assertThat(log.frames()).hasSize(2);
    }

    private static Delta heartbeat(int attempt, int sequence) {
        return new Heartbeat(GENERATION, attempt, sequence);
    }

    private static Delta released(int attempt, int sequence) {
        return new Released(GENERATION, attempt, sequence);
    }

    private static Delta frames(int attempt, int sequence, boolean last) {
        return new Frames(GENERATION, attempt, sequence, CacheVerdict.MISS, "data: {}\n\n".getBytes(UTF_8), last);
    }

    private static Delta failed(int attempt, int sequence) {
        return new Failed(GENERATION, attempt, sequence, CacheVerdict.MISS, 500, "", false, "{}".getBytes(UTF_8));
    }

    private static Delta recorded(int attempt, int sequence) {
        return new Recorded(GENERATION, attempt, sequence);
    }
}
