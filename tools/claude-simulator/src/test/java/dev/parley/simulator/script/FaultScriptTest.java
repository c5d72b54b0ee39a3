package dev.parley.simulator.script;

import static dev.parley.simulator.script.FaultsTest.directives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.Fault;
import dev.parley.simulator.script.StreamScript.End;
import dev.parley.simulator.script.StreamScript.Framing;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultScriptTest {
    private static final StreamScript PLANNED = Answers.streamed(Answers.TEXT);
    private static final StreamScript WHOLE = ScriptWriter.whole(Answers.of(Answers.TEXT), Answers.AT_ONCE, Map.of());

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
    void anErrorResponseHasItsStatusAndBody(Fault fault, int status, String type) {
        StreamScript refused = script(fault, "", PLANNED);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(Answers.text(refused))
                .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"")
                .endsWith("\"},\"request_id\":\"req_1\"}");
        assertThat(refused.headers()).containsEntry("request-id", "req_1");
    }

    @Test
    void onlyARateLimitHasARetryAfter() {
        assertThat(script(Fault.RATE_LIMIT, "", PLANNED).headers()).containsEntry("retry-after", "1");
        assertThat(script(Fault.RATE_LIMIT, "retry_after=7", PLANNED).headers()).containsEntry("retry-after", "7");
        assertThat(script(Fault.RATE_LIMIT_WITHOUT_RETRY_AFTER, "", PLANNED).headers())
                .doesNotContainKey("retry-after");
        assertThat(script(Fault.SPEND_LIMIT, "", PLANNED).headers())
                .doesNotContainKey("retry-after")
                .containsEntry("x-should-retry", "false");
        assertThat(script(Fault.OVERLOADED, "", PLANNED).headers()).doesNotContainKey("retry-after");
    }

    @ParameterizedTest
    @CsvSource({
        "STALL, STALL",
        "CLOSE, CLOSE",
        "RESET, RESET_STREAM",
        "RESET_CONNECTION, RESET_CONNECTION",
    })
    void aStreamBreaksAfterTheTokens(Fault fault, End end) {
        StreamScript broken = script(fault, "after=2", PLANNED);

        assertThat(broken.events()).isEqualTo(PLANNED.events().subList(0, 5));
        assertThat(broken.events().getLast().token()).isTrue();
        assertThat(broken.end()).isEqualTo(end);
    }

    @Test
    void aCutStreamEndsWithoutABreak() {
        StreamScript cut = script(Fault.CUT, "after=2", PLANNED);

        assertThat(cut.events()).isEqualTo(PLANNED.events().subList(0, 5));
        assertThat(cut.end()).isEqualTo(End.COMPLETE);
    }

    @Test
    void afterNoTokenMeansRightBeforeTheFirst() {
        assertThat(script(Fault.CUT, "after=0", PLANNED).events())
                .isEqualTo(PLANNED.events().subList(0, 3))
                .noneMatch(ScriptEvent::token);
    }

    @Test
    void aShortStreamEndsAfterItsLastToken() {
        assertThat(script(Fault.CUT, "after=99", PLANNED).events())
                .isEqualTo(PLANNED.events().subList(0, 6));
    }

    @Test
    void withoutAfterAResetComesBeforeTheHead() {
        assertThat(script(Fault.RESET, "", PLANNED)).isEqualTo(StreamScript.empty(End.RESET_STREAM));
        assertThat(script(Fault.RESET_CONNECTION, "", PLANNED)).isEqualTo(StreamScript.empty(End.RESET_CONNECTION));
        assertThat(script(Fault.NO_ANSWER, "", PLANNED)).isEqualTo(StreamScript.empty(End.STALL));
    }

    @Test
    void aMalformedFrameTakesTheNextTokensPlace() {
        String text = Answers.text(script(Fault.MALFORMED, "after=1", PLANNED));

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
        assertThat(script(Fault.SPLIT, "", PLANNED)).isEqualTo(PLANNED.withFraming(Framing.BYTEWISE));
        assertThat(script(Fault.CRLF, "", PLANNED)).isEqualTo(PLANNED.withFraming(Framing.CRLF));
    }

    @Test
    void noMessageStopLeavesOutTheLastEvent() {
        assertThat(Answers.text(script(Fault.NO_MESSAGE_STOP, "", PLANNED)))
                .contains("\"stop_reason\":\"end_turn\"")
                .doesNotContain("message_stop");
    }

    @Test
    void anErrorEventIsTheLast() {
        assertThat(Answers.text(script(Fault.ERROR, "after=1 error_type=api_error", PLANNED)))
                .endsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
                        + "\"Simulated api_error\"},\"request_id\":\"req_1\"}\n\n");
    }

    @Test
    void unknownTypesAreAddedAndNothingIsLost() {
        String text = Answers.text(script(Fault.UNKNOWN, "after=1", PLANNED));

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
    void aProxyAnswersInHtml() {
        StreamScript page = script(Fault.BAD_GATEWAY, "", PLANNED);

        assertThat(page.status()).isEqualTo(502);
        assertThat(Answers.text(page)).startsWith("<html>");
    }

    @Test
    void aWholeBodyIsBrokenInTheMiddle() {
        StreamScript cut = script(Fault.CUT, "", WHOLE);

        assertThat(Answers.text(WHOLE)).startsWith(Answers.text(cut));
        assertThat(Answers.text(cut)).hasSize(Answers.text(WHOLE).length() / 2);
        assertThat(cut.headers()).doesNotContainKey("content-length");
        assertThat(script(Fault.STALL, "", WHOLE).end()).isEqualTo(End.STALL);
        assertThat(script(Fault.ERROR, "", WHOLE).status()).isEqualTo(529);
        assertThat(script(Fault.UNKNOWN, "", WHOLE)).isEqualTo(WHOLE);
    }

    private static StreamScript script(Fault fault, String pairs, StreamScript planned) {
        return FaultScript.of(fault, planned, directives(pairs), "req_1");
    }
}
