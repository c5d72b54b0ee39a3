package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Faults between inference-service and Claude, one row each: the client receives one complete answer, or an error at
 * once. The rows run concurrently, because each fault affects its own request; those that end the connection, which
 * requests share, run alone. Other classes do not run meanwhile.
 */
@ExtendWith(SharedStack.class)
class UpstreamFaultSystemTest {
    private static final String CONNECTIONS = "connections to Claude";

    private static final LocalStack STACK = SharedStack.get();
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final FaultTable TABLE = new FaultTable("Upstream faults");
    private static final String TEXT = LongAnswer.ofWords(60);

    @AfterAll
    static void stop() throws Exception {
        TABLE.print();
    }

    /** Before or during the answer, the client sees at most a pause. */
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            429 with retry-after,                fault=rate_limit times=1,                      refused completed
            429 without retry-after,             fault=rate_limit_without_retry_after times=1,  refused completed
            500 once,                            fault=api_error times=1,                       refused completed
            502 in HTML once,                    fault=bad_gateway times=1,                     refused completed
            503 once,                            fault=unavailable times=1,                     refused completed
            504 once,                            fault=gateway_timeout times=1,                 refused completed
            529 three times,                     fault=overloaded times=3,                      refused refused refused completed
            stream reset before the answer,      fault=reset times=1,                           refused completed
            slow first token (2 s),              first_token_ms=2000,                           completed
            cut after 40 of 60 tokens,           fault=cut after=40,                            broken completed
            cut in the first token,              fault=cut after=1,                             broken completed
            stream reset in the middle,          fault=reset after=40,                          broken completed
            malformed frame,                     fault=malformed after=20,                      broken completed
            frames split at every byte,          fault=split,                                   completed
            lines that end in CRLF,              fault=crlf,                                    completed
            missing end,                         fault=no_message_stop,                         broken
            stall of 20 s,                       'fault=stall after=20 times=1',                broken completed
            error event in the middle,           fault=error after=20,                          broken completed
            cut twice,                           'fault=cut,cut after=20',                      broken broken completed
            cut and then prefill refused,        'fault=cut,prefill_refused after=20',          broken refused completed
            cut and then overloaded,             'fault=cut,overloaded after=20',               broken refused completed
            flapping,                            'fault=overloaded,cut,unavailable after=20',   refused broken refused completed
            """)
    void isHidden(String fault, String directives, String attempts) throws Exception {
        assertHidden(fault, directives, attempts);
    }

    @ResourceLock(CONNECTIONS)
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            connection reset before the answer, fault=reset_connection times=1, refused completed
            connection closed in the middle,    fault=close after=40,           broken completed
            """)
    void theEndOfAConnectionIsHidden(String fault, String directives, String attempts) throws Exception {
        assertHidden(fault, directives, attempts);
    }

    private static void assertHidden(String fault, String directives, String attempts) throws Exception {
        FaultResult result = run(fault, directives);
        assertThat(result.answer().status()).isEqualTo(200);
        assertThat(result.answer().text()).isEqualTo(TEXT);
        assertThat(result.types()).startsWith("message_start").endsWith("message_stop");
        assertThat(result.types())
                .containsOnlyOnce("message_start", "message_stop")
                .doesNotContain("error");
        assertThat(result.turn()).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(TurnEvents.text(result.turn())).isEqualTo(TEXT);
        assertThat(result.attempts()).isEqualTo(attempts);
    }

    /** Thinking takes about 60 tokens at most, and is shown once. One after the other, since the answers are long. */
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            cut in the text after thinking,         fault=cut after=120,           broken completed
            error event in the text after thinking, fault=error after=120,         broken completed
            cut twice in the text after thinking,   'fault=cut,cut after=120',     broken broken completed
            cut before the thinking is shown,       fault=cut after=0 times=1,     broken completed
            error event before it is shown,         fault=error after=0 times=1,   broken completed
            cut twice before it is shown,           'fault=cut,cut after=0',       broken broken completed
            """)
    void isHiddenWithThinking(String fault, String directives, String attempts) throws Exception {
        String text = LongAnswer.ofWords(240);
        ObjectNode question = question(directives, text).put("max_tokens", 2000);
        question.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
        FaultResult result = run(fault, question);
        assertThat(result.types()).endsWith("message_stop").doesNotContain("error");
        assertThat(result.answer().text()).isEqualTo(text);
        assertThat(result.turn())
                .isInstanceOfSatisfying(
                        Turn.ChatCompleted.class,
                        turn -> assertThat(turn.message().path("content"))
                                .extracting(block -> block.path("type").stringValue(""))
                                .containsExactly("thinking", "text"));
        assertThat(result.attempts()).isEqualTo(attempts);
    }

    /** If a retry cannot help, the client receives Claude's error at once. */
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            429 for a spend limit,       fault=spend_limit,               429, rate_limit_error,      refused
            429 with a long retry-after, fault=rate_limit retry_after=30, 429, rate_limit_error,      refused
            400,                         fault=invalid_request,           400, invalid_request_error, refused
            401,                         fault=authentication,            502, api_error,             refused
            402,                         fault=billing,                   402, billing_error,         refused
            403,                         fault=permission,                502, api_error,             refused
            529 permanently,             fault=overloaded,                529, overloaded_error,      refused refused refused refused
            """)
    void isReportedBeforeTheFirstToken(String fault, String directives, int status, String type, String attempts)
            throws Exception {
        FaultResult result = run(fault, directives);
        assertThat(result.answer().status()).isEqualTo(status);
        assertThat(result.answer().json().at("/error/type").stringValue("")).isEqualTo(type);
        assertThat(result.turn()).isInstanceOf(Turn.ChatFailed.class);
        assertThat(result.attempts()).isEqualTo(attempts);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @Test
    void isReportedInTheMiddle() throws Exception {
        FaultResult result = run("cut again and again", "fault=cut,cut,cut,cut after=10");
        assertThat(result.answer().status()).isEqualTo(200);
        assertThat(result.types()).endsWith("error").doesNotContain("message_stop");
        assertThat(TEXT).startsWith(result.answer().text());
        assertThat(result.turn())
                .isInstanceOfSatisfying(
                        Turn.ChatFailed.class,
                        turn -> assertThat(TurnEvents.text(turn))
                                .isEqualTo(result.answer().text()));
        assertThat(result.attempts()).isEqualTo("broken broken broken");
    }

    /** The answer that the client received, and its turn. */
    private record FaultResult(Answer answer, Turn turn) {
        List<String> types() {
            return answer.types().stream().filter(type -> !type.equals("ping")).toList();
        }

        String attempts() {
            return TurnEvents.attempts(turn);
        }
    }

    private static FaultResult run(String fault, String directives) throws Exception {
        return run(fault, question(directives, TEXT));
    }

    private static ObjectNode question(String directives, String text) {
        String pace = directives.contains("first_token_ms") ? "" : "first_token_ms=0 ";
        return ChatClient.question(pace + "tokens_per_second=400 text=\"" + text + "\" " + directives);
    }

    private static FaultResult run(String fault, ObjectNode question) throws Exception {
        Answer answer = CHAT.ask(question);
        Turn turn = TURNS.of(answer.generation());
        FaultResult result = new FaultResult(answer, turn);
        TABLE.row(
                fault,
                answer.status() == 200 ? result.types().getLast() : "status " + answer.status(),
                answer.status() == 200 ? Integer.toString(answer.text().length()) : "0",
                result.attempts(),
                turn.getClass().getSimpleName());
        return result;
    }
}
