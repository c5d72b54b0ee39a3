package dev.parley.cache.answer;

import static dev.parley.cache.ExampleTurns.facts;
import static dev.parley.cache.ExampleTurns.message;
import static dev.parley.cache.ExampleTurns.requested;
import static dev.parley.cache.ExampleTurns.turn;
import static dev.parley.testing.Events.NOON;
import static dev.parley.testing.Events.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.answer.CacheDecision.Reason;
import dev.parley.cache.answer.CacheDecision.Skip;
import dev.parley.cache.answer.CacheDecision.Store;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.event.TurnCodec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CachingPolicyTest {
    private static final int MAX = 1_000;
    private static final Duration TTL = Duration.ofHours(1);
    private static final JsonNode MESSAGE = TurnCodec.MAPPER.readTree(message("Because.", "end_turn"));

    private final CachingPolicy policy = new CachingPolicy(new CachingSettings(TTL, MAX, 10));

    @ParameterizedTest
    @CsvSource({
        "MISS,   USE,      end_turn,      STORE",
        "MISS,   USE,      stop_sequence, STORE",
        "MISS,   USE,      tool_use,      STORE",
        "BYPASS, NO_CACHE, end_turn,      STORE",
        "BYPASS, NO_STORE, end_turn,      FORBIDDEN",
        "EXACT,  USE,      end_turn,      CACHED",
        "MISS,   USE,      max_tokens,    STOPPED_EARLY",
        "MISS,   USE,      refusal,       STOPPED_EARLY",
        "MISS,   USE,      pause_turn,    STOPPED_EARLY",
        "MISS,   USE,      '',            STOPPED_EARLY",
    })
    void storesSuccessfulAnswers(CacheVerdict verdict, CachePolicy cachePolicy, String stopReason, String expected) {
        Turn turn = turn(requested(fingerprint(), cachePolicy), verdict, "Because.", stopReason, NOON);
        assertThat(policy.decide(turn, true, () -> MAX, NOON))
                .isEqualTo(expected.equals("STORE") ? new Store(TTL) : new Skip(Reason.valueOf(expected)));
    }

    @ParameterizedTest
    @EnumSource(CachePolicy.class)
    void storesNoIncompleteAnswer(CachePolicy cachePolicy) {
        var facts = facts(requested(fingerprint(), cachePolicy), CacheVerdict.MISS, NOON);
        assertThat(policy.decide(new ChatCancelled(facts, MESSAGE), true, () -> MAX, NOON))
                .isEqualTo(new Skip(Reason.NOT_COMPLETED));
        Failure failure = new Failure(529, "overloaded_error", "Overloaded");
        assertThat(policy.decide(new ChatFailed(facts, MESSAGE, failure), true, () -> MAX, NOON))
                .isEqualTo(new Skip(Reason.NOT_COMPLETED));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 59 * 60})
    void expiresAnAnswerAFixedTimeAfterItsEnd(long secondsLate) {
        assertThat(policy.decide(whole(), true, () -> MAX, NOON.plusSeconds(secondsLate)))
                .isEqualTo(new Store(TTL.minusSeconds(secondsLate)));
    }

    @Test
    void storesNoExpiredAnswer() {
        assertThat(policy.decide(whole(), true, () -> MAX, NOON.plus(TTL))).isEqualTo(new Skip(Reason.EXPIRED));
        assertThat(policy.decide(whole(), true, () -> MAX, NOON.plus(TTL.multipliedBy(2))))
                .isEqualTo(new Skip(Reason.EXPIRED));
    }

    @Test
    void storesNoAnswerAboveTheSizeLimit() {
        assertThat(policy.decide(whole(), true, () -> MAX + 1, NOON)).isEqualTo(new Skip(Reason.TOO_LARGE));
    }

    @Test
    void asksForNoSizeOfWhatIsNotStored() {
        Turn turn =
                turn(requested(fingerprint(), CachePolicy.NO_STORE), CacheVerdict.MISS, "Because.", "end_turn", NOON);
        assertThat(policy.decide(turn, true, CachingPolicyTest::unknown, NOON)).isEqualTo(new Skip(Reason.FORBIDDEN));
        assertThat(policy.decide(whole(), true, CachingPolicyTest::unknown, NOON.plus(TTL)))
                .isEqualTo(new Skip(Reason.EXPIRED));
    }

    private static int unknown() {
        throw new IllegalStateException("the message is not serialized");
    }

    @Test
    void storesNoAnswerWithoutFrames() {
        assertThat(policy.decide(whole(), false, () -> MAX, NOON)).isEqualTo(new Skip(Reason.WITHOUT_FRAMES));
    }

    private static Turn whole() {
        return turn(requested(fingerprint(), CachePolicy.USE), CacheVerdict.MISS, "Because.", "end_turn", NOON);
    }
}
