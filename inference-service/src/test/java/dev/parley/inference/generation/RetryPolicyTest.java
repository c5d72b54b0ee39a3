package dev.parley.inference.generation;

import static dev.parley.inference.generation.AnswerProgress.END_MISSING;
import static dev.parley.inference.generation.AnswerProgress.MORE_THAN_TEXT;
import static dev.parley.inference.generation.AnswerProgress.NOTHING;
import static dev.parley.inference.generation.AnswerProgress.TEXT;
import static dev.parley.inference.generation.AnswerProgress.TEXT_AND_THINKING;
import static dev.parley.inference.generation.RetryPolicy.RequestForm.ORIGINAL;
import static dev.parley.inference.generation.RetryPolicy.RequestForm.PREFILL;
import static dev.parley.inference.generation.RetryPolicy.RequestForm.USER_MESSAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.RetryPolicy.Decision;
import dev.parley.inference.generation.RetryPolicy.Decision.AskOtherModel;
import dev.parley.inference.generation.RetryPolicy.Decision.Complete;
import dev.parley.inference.generation.RetryPolicy.Decision.Continue;
import dev.parley.inference.generation.RetryPolicy.Decision.GiveUp;
import dev.parley.inference.generation.RetryPolicy.Decision.Retry;
import dev.parley.inference.generation.RetryPolicy.RequestForm;
import dev.parley.inference.generation.RetryPolicy.RetryState;
import dev.parley.inference.generation.calls.Claude.ShouldRetry;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryPolicyTest {
    private static final RetrySettings SETTINGS = new RetrySettings(
            3,
            2,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Map.of("claude-a", List.of("claude-b")));
    private static final Broken CUT = new Broken(ApiError.of(500, "cut"));
    private static final GiveUp GIVE_UP = new GiveUp();
    private static final Retry SOON = new Retry(Duration.ofMillis(200));

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("complete", new Completed(), state(TEXT, ORIGINAL, 0, 0), GIVE_UP),
                Arguments.of("cancelled", new Cancelled(), state(TEXT, ORIGINAL, 0, 0), GIVE_UP),
                Arguments.of("cut in the text", CUT, state(TEXT, ORIGINAL, 1, 0), new Continue(PREFILL)),
                Arguments.of("cut again", CUT, state(TEXT, PREFILL, 2, 0), new Continue(PREFILL)),
                Arguments.of(
                        "cut again, prefill refused", CUT, state(TEXT, USER_MESSAGE, 2, 0), new Continue(USER_MESSAGE)),
                Arguments.of(
                        "cut in the text after thinking",
                        CUT,
                        state(TEXT_AND_THINKING, ORIGINAL, 1, 0),
                        new Continue(USER_MESSAGE)),
                Arguments.of(
                        "cut in the text after thinking, for the last time, with another model",
                        CUT,
                        new RetryState(TEXT_AND_THINKING, USER_MESSAGE, 3, 0, Duration.ZERO, Duration.ZERO, true),
                        GIVE_UP),
                Arguments.of("cut for the last time", CUT, state(TEXT, PREFILL, 3, 0), GIVE_UP),
                Arguments.of(
                        "cut after the maximum duration",
                        CUT,
                        new RetryState(TEXT, ORIGINAL, 1, 0, Duration.ofMinutes(15), Duration.ZERO, false),
                        GIVE_UP),
                Arguments.of("cut before the text", CUT, state(NOTHING, ORIGINAL, 1, 0), SOON),
                Arguments.of("cut in a tool call", CUT, state(MORE_THAN_TEXT, ORIGINAL, 1, 0), GIVE_UP),
                Arguments.of("cut before the end", CUT, state(END_MISSING, ORIGINAL, 1, 0), new Complete()),
                Arguments.of(
                        "cut before the end for the last time", CUT, state(END_MISSING, PREFILL, 3, 0), new Complete()),
                Arguments.of("500", refused(500), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of(
                        "529 again", refused(529), state(NOTHING, ORIGINAL, 0, 2), new Retry(Duration.ofMillis(400))),
                Arguments.of("503 for the last time", refused(503), state(NOTHING, ORIGINAL, 0, 3), GIVE_UP),
                Arguments.of("no connection", refused(0), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of("429", refused(429), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of(
                        "429 with a short wait",
                        refused(429, "3", "slow down", false),
                        state(NOTHING, ORIGINAL, 0, 1),
                        new Retry(Duration.ofSeconds(3))),
                Arguments.of(
                        "429 with a long wait",
                        refused(429, "7", "slow down", false),
                        state(NOTHING, ORIGINAL, 0, 1),
                        GIVE_UP),
                Arguments.of(
                        "429 with a date",
                        refused(429, "Fri, 31 Dec 1999 23:59:59 GMT", "slow down", false),
                        state(NOTHING, ORIGINAL, 0, 1),
                        GIVE_UP),
                Arguments.of(
                        "429 for a spend limit",
                        refused(429, "", "You have reached your specified API usage limits.", false),
                        state(NOTHING, ORIGINAL, 0, 1),
                        GIVE_UP),
                Arguments.of(
                        "429 for a spend limit, by its code",
                        new Refused(429, "", ApiError.parse(429, """
                                        {"type":"error","error":{"type":"rate_limit_error","message":"Spent.",
                                         "details":{"error_code":"enforced_spend_limit_reached"}}}""".getBytes(UTF_8)), false),
                        state(NOTHING, ORIGINAL, 0, 1),
                        GIVE_UP),
                Arguments.of(
                        "not to be retried", refused(500, "", "no", true), state(NOTHING, ORIGINAL, 0, 1), GIVE_UP),
                Arguments.of("408", refused(408), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of("409", refused(409), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of("522 of Cloudflare", refused(522), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of(
                        "522 for the last time, with another model",
                        refused(522),
                        new RetryState(NOTHING, ORIGINAL, 0, 3, Duration.ZERO, Duration.ZERO, true),
                        new AskOtherModel()),
                Arguments.of("to be retried", toBeRetried(400), state(NOTHING, ORIGINAL, 0, 1), SOON),
                Arguments.of(
                        "to be retried for the last time", toBeRetried(400), state(NOTHING, ORIGINAL, 0, 3), GIVE_UP),
                Arguments.of("302", refused(302), state(NOTHING, ORIGINAL, 0, 1), GIVE_UP),
                Arguments.of("400", refused(400), state(NOTHING, ORIGINAL, 0, 1), GIVE_UP),
                Arguments.of("401", refused(401), state(NOTHING, ORIGINAL, 0, 1), GIVE_UP),
                Arguments.of("prefill refused", refused(400), state(TEXT, PREFILL, 1, 1), new Continue(USER_MESSAGE)),
                Arguments.of("request refused", refused(400), state(TEXT, USER_MESSAGE, 1, 2), GIVE_UP),
                Arguments.of("529 for a continuation", refused(529), state(TEXT, PREFILL, 1, 1), SOON),
                Arguments.of(
                        "out of budget",
                        refused(529),
                        new RetryState(NOTHING, ORIGINAL, 0, 1, Duration.ofSeconds(60), Duration.ofSeconds(60), false),
                        GIVE_UP),
                Arguments.of(
                        "overloaded, just after the text of a long answer broke",
                        refused(529),
                        new RetryState(TEXT, PREFILL, 1, 1, Duration.ofSeconds(90), Duration.ZERO, false),
                        SOON),
                Arguments.of(
                        "fallback to another model",
                        refused(529),
                        new RetryState(NOTHING, ORIGINAL, 0, 3, Duration.ZERO, Duration.ZERO, true),
                        new AskOtherModel()),
                Arguments.of(
                        "fallback to another model while the breaker is open",
                        refused(0, "", "open", true),
                        new RetryState(NOTHING, ORIGINAL, 0, 1, Duration.ZERO, Duration.ZERO, true),
                        new AskOtherModel()),
                Arguments.of(
                        "no fallback in the middle of an answer",
                        refused(529),
                        new RetryState(TEXT, PREFILL, 1, 3, Duration.ZERO, Duration.ZERO, true),
                        GIVE_UP),
                Arguments.of("cut before the text for the last time", CUT, state(NOTHING, ORIGINAL, 3, 0), GIVE_UP),
                Arguments.of(
                        "cut before the text for the last time, with another model",
                        CUT,
                        new RetryState(NOTHING, ORIGINAL, 3, 0, Duration.ZERO, Duration.ZERO, true),
                        new AskOtherModel()),
                Arguments.of(
                        "cut before the text, with another model",
                        CUT,
                        new RetryState(NOTHING, ORIGINAL, 2, 0, Duration.ZERO, Duration.ZERO, true),
                        new Retry(Duration.ofMillis(400))),
                Arguments.of(
                        "cut in the text for the last time, with another model",
                        CUT,
                        new RetryState(TEXT, PREFILL, 3, 0, Duration.ZERO, Duration.ZERO, true),
                        GIVE_UP),
                Arguments.of(
                        "cut before the text after the maximum duration, with another model",
                        CUT,
                        new RetryState(NOTHING, ORIGINAL, 3, 0, Duration.ofMinutes(15), Duration.ZERO, true),
                        GIVE_UP),
                Arguments.of(
                        "no fallback for a client error",
                        refused(400),
                        new RetryState(NOTHING, ORIGINAL, 0, 1, Duration.ZERO, Duration.ZERO, true),
                        GIVE_UP));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(String situation, Ending ending, RetryState state, Decision expected) {
        assertThat(RetryPolicy.after(ending, state, SETTINGS, 1)).isEqualTo(expected);
    }

    private static Refused refused(int status) {
        return refused(status, "", "no", false);
    }

    private static Refused refused(int status, String retryAfter, String message, boolean noRetry) {
        return new Refused(status, retryAfter, ApiError.of(status == 0 ? 503 : status, message), noRetry);
    }

    private static Refused toBeRetried(int status) {
        return new Refused(status, "", ApiError.of(status, "no"), ShouldRetry.YES);
    }

    private static RetryState state(AnswerProgress progress, RequestForm form, int broken, int refused) {
        return new RetryState(progress, form, broken, refused, Duration.ZERO, Duration.ZERO, false);
    }
}
