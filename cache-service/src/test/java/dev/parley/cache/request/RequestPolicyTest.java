package dev.parley.cache.request;

import static dev.parley.cache.Examples.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.answer.Answer;
import dev.parley.cache.request.Lookup.Found;
import dev.parley.cache.request.Lookup.NotFound;
import dev.parley.cache.request.Lookup.Unavailable;
import dev.parley.cache.request.Treatment.Cause;
import dev.parley.cache.request.Treatment.Forward;
import dev.parley.cache.request.Treatment.LookUp;
import dev.parley.cache.request.Treatment.Replay;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestPolicyTest {
    @ParameterizedTest
    @CsvSource({
        // policy, doubtful, recordable, verdict, cause
        "USE,      true,  true,  MISS,   DOUBTFUL",
        "USE,      true,  false, MISS,   DOUBTFUL",
        "USE,      false, false, MISS,   UNRECORDABLE",
        "NO_CACHE, false, true,  BYPASS, FORBIDDEN",
        "NO_CACHE, true,  false, BYPASS, FORBIDDEN",
        "NO_STORE, false, true,  BYPASS, FORBIDDEN",
        "NO_STORE, true,  true,  BYPASS, FORBIDDEN",
    })
    void passesOnWithoutAskingTheCache(
            CachePolicy policy, boolean doubtful, boolean recordable, CacheVerdict verdict, Cause cause) {
        assertThat(RequestPolicy.decide(policy, doubtful, recordable)).isEqualTo(new Forward(verdict, cause, doubtful));
    }

    @Test
    void asksTheCacheForARequestThatIsSurelyOurs() {
        assertThat(RequestPolicy.decide(CachePolicy.USE, false, true)).isEqualTo(new LookUp());
    }

    @Test
    void givesTheAnswerThatWasFound() {
        Answer answer = answer("Because.");
        assertThat(RequestPolicy.decide(new Found(answer), false)).isEqualTo(new Replay(answer));
    }

    @Test
    void givesNoAnswerOnceInDoubt() {
        assertThat(RequestPolicy.decide(new Found(answer("Because.")), true))
                .isEqualTo(new Forward(CacheVerdict.MISS, Cause.DOUBTFUL, true));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void passesOnWhatTheCacheCannotServe(boolean doubtful) {
        assertThat(RequestPolicy.decide(new NotFound(), doubtful))
                .isEqualTo(new Forward(CacheVerdict.MISS, Cause.NOT_FOUND, doubtful));
        assertThat(RequestPolicy.decide(new Unavailable(), doubtful))
                .isEqualTo(new Forward(CacheVerdict.MISS, Cause.UNAVAILABLE, doubtful));
    }

    @Test
    void leavesABrokenReplayToWhoJudgesByTheLog() {
        assertThat(RequestPolicy.afterBrokenReplay()).isEqualTo(new Forward(CacheVerdict.MISS, Cause.BROKEN_OFF, true));
    }
}
