package dev.parley.simulator.fault;

import static dev.parley.simulator.fault.FaultPlanTest.directives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.script.AnswerScript;
import dev.parley.simulator.script.Answers;
import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.Ending;
import dev.parley.simulator.script.Framing;
import dev.parley.simulator.script.Script;
import dev.parley.simulator.script.Script.Spoken;
import dev.parley.simulator.script.Script.Wordless;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SabotageTest {
    private static final Spoken PLANNED = Answers.streamed(Answers.TEXT);
    private static final Spoken WHOLE = AnswerScript.whole(Answers.of(Answers.TEXT), Answers.AT_ONCE, Map.of());

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, invalid_request_error",
        "AUTHENTICATION, 401, authentication_error",
        "BILLING, 402, billing_error",
        "PERMISSION, 403, permission_error",
        "NOT_FOUND, 404, not_found_error",
        "TOO_LARGE, 413, request_too_large",
        "RATE_LIMIT, 429, rate_limit_error",
        "RATE_LIMIT_WITHOUT_RETRY_AFTER, 429, rate_limit_error",
        "SPEND_LIMIT, 429, rate_limit_error",
        "API_ERROR, 500, api_error",
        "UNAVAILABLE, 503, api_error",
        "GATEWAY_TIMEOUT, 504, timeout_error",
        "OVERLOADED, 529, overloaded_error",
        "PREFILL_REFUSED, 400, invalid_request_error"
    })
    void aRefusalHasItsStatusAndAnErrorBody(Refusal refusal, int status, String type) {
        Spoken refused = spoken(refusal, "", PLANNED);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(Answers.text(refused))
                .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"")
                .endsWith("\"},\"request_id\":\"req_1\"}");
        assertThat(refused.headers()).containsEntry("request-id", "req_1");
    }

    @Test
    void onlyARateLimitSaysWhenToComeBack() {
        assertThat(spoken(Refusal.RATE_LIMIT, "", PLANNED).headers()).containsEntry("retry-after", "1");
        assertThat(spoken(Refusal.RATE_LIMIT, "retry_after=7", PLANNED).headers())
                .containsEntry("retry-after", "7");
        assertThat(spoken(Refusal.RATE_LIMIT_WITHOUT_RETRY_AFTER, "", PLANNED).headers())
                .doesNotContainKey("retry-after");
        assertThat(spoken(Refusal.SPEND_LIMIT, "", PLANNED).headers())
                .doesNotContainKey("retry-after")
                .containsEntry("x-should-retry", "false");
    }

    @ParameterizedTest
    @CsvSource({
        "CUT, CLEAN",
        "STALL, SILENCE",
        "CLOSE, CLOSE",
        "RESET, RESET_STREAM",
        "RESET_CONNECTION, RESET_CONNECTION",
    })
    void aStreamEndsAfterSoManyTokens(Interruption interruption, Ending ending) {
        Spoken spoiled = spoken(interruption, "after=2", PLANNED);

        assertThat(spoiled.cues()).isEqualTo(PLANNED.cues().subList(0, 5));
        assertThat(spoiled.cues().getLast().token()).isTrue();
        assertThat(spoiled.ending()).isEqualTo(ending);
    }

    @Test
    void afterNoTokenMeansRightBeforeTheFirst() {
        assertThat(spoken(Interruption.CUT, "after=0", PLANNED).cues())
                .isEqualTo(PLANNED.cues().subList(0, 3))
                .noneMatch(Cue::token);
    }

    @Test
    void aShortStreamEndsAfterItsLastToken() {
        assertThat(spoken(Interruption.CUT, "after=99", PLANNED).cues())
                .isEqualTo(PLANNED.cues().subList(0, 6));
    }

    @Test
    void withoutAPlaceAResetComesBeforeTheHead() {
        assertThat(script(Interruption.RESET, "", PLANNED)).isEqualTo(new Wordless(Ending.RESET_STREAM));
        assertThat(script(Interruption.RESET_CONNECTION, "", PLANNED)).isEqualTo(new Wordless(Ending.RESET_CONNECTION));
        assertThat(script(Interruption.NO_ANSWER, "", PLANNED)).isEqualTo(new Wordless(Ending.SILENCE));
    }

    @Test
    void aMalformedFrameTakesTheNextTokensPlace() {
        String text = Answers.text(spoken(Interruption.MALFORMED, "after=1", PLANNED));

        assertThat(text)
                .contains("\"One\"")
                .doesNotContain(" two")
                .contains(" three")
                .endsWith("message_stop\"}\n\n");
        assertThat(text.lines().filter(line -> line.startsWith("data: ") && !line.endsWith("}")))
                .hasSize(1);
    }

    @Test
    void framingChangesNothingElse() {
        assertThat(spoken(Interruption.SPLIT, "", PLANNED)).isEqualTo(PLANNED.withFraming(Framing.BYTEWISE));
        assertThat(spoken(Interruption.CRLF, "", PLANNED)).isEqualTo(PLANNED.withFraming(Framing.CRLF));
    }

    @Test
    void theLastEventMayBeMissing() {
        assertThat(Answers.text(spoken(Interruption.NO_MESSAGE_STOP, "", PLANNED)))
                .contains("\"stop_reason\":\"end_turn\"")
                .doesNotContain("message_stop");
    }

    @Test
    void anErrorEventIsTheLast() {
        assertThat(Answers.text(spoken(Interruption.ERROR, "after=1 error_type=api_error", PLANNED)))
                .endsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
                        + "\"Simulated api_error\"},\"request_id\":\"req_1\"}\n\n");
    }

    @Test
    void unknownKindsComeInBetweenAndNothingIsLost() {
        String text = Answers.text(spoken(Interruption.UNKNOWN, "after=1", PLANNED));

        assertThat(text)
                .containsSubsequence(
                        "\"One\"",
                        "event: future_event",
                        "\"future_delta\"",
                        " two",
                        "\"future_block\"",
                        "message_delta");
        assertThat(text).contains("\"index\":1,\"content_block\":{\"type\":\"future_block\"");
    }

    @Test
    void slowMeansHalfAMinuteLater() {
        assertThat(spoken(Interruption.SLOW, "", PLANNED).cues().getFirst().at())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aProxyAnswersInHtml() {
        Spoken page = spoken(Interruption.BAD_GATEWAY, "", PLANNED);

        assertThat(page.status()).isEqualTo(502);
        assertThat(Answers.text(page)).startsWith("<html>");
    }

    @Test
    void aWholeBodyIsBrokenInTheMiddle() {
        Spoken cut = spoken(Interruption.CUT, "", WHOLE);

        assertThat(Answers.text(WHOLE)).startsWith(Answers.text(cut));
        assertThat(Answers.text(cut)).hasSize(Answers.text(WHOLE).length() / 2);
        assertThat(cut.headers()).doesNotContainKey("content-length");
        assertThat(spoken(Interruption.STALL, "", WHOLE).ending()).isEqualTo(Ending.SILENCE);
        assertThat(spoken(Interruption.ERROR, "", WHOLE).status()).isEqualTo(529);
        assertThat(spoken(Interruption.UNKNOWN, "", WHOLE)).isEqualTo(WHOLE);
    }

    private static Script script(Fault fault, String pairs, Spoken planned) {
        return new Sabotage(directives(pairs), "req_1").apply(fault, planned);
    }

    private static Spoken spoken(Fault fault, String pairs, Spoken planned) {
        return switch (script(fault, pairs, planned)) {
            case Spoken spoken -> spoken;
            case Wordless wordless -> throw new AssertionError(wordless);
        };
    }
}
