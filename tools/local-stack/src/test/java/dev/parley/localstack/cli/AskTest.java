package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The command, with an answer that ends for a given reason and is stored. */
final class AskTest {
    @RegisterExtension
    private final ScriptedGateway gateway = new ScriptedGateway();

    @Test
    void showsAWholeAnswer() {
        assertThat(ask("end_turn")).isZero();
        assertThat(gateway.out()).startsWith("Because");
        assertThat(gateway.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            max_tokens                    | The answer was cut at 16,000 tokens, which include Claude's thinking.
            model_context_window_exceeded | The answer was cut at the end of the model's context window.
            refusal                       | Claude refused to answer.
            """)
    void failsWithAnAnswerThatIsNotWhole(String stopReason, String message) {
        assertThat(ask(stopReason)).isEqualTo(1);
        assertThat(gateway.out()).startsWith("Because").contains("generation gen_1");
        assertThat(gateway.err().strip()).isEqualTo(message);
    }

    @Test
    void namesTheReasonInJson() {
        assertThat(ask("max_tokens", "--json")).isEqualTo(1);
        assertThat(JsonMapper.shared()
                        .readTree(gateway.out())
                        .path("stop_reason")
                        .stringValue())
                .isEqualTo("max_tokens");
    }

    private int ask(String stopReason, String... more) {
        gateway.serve(exchange -> {
            boolean asked = exchange.getRequestMethod().equals("POST");
            byte[] response =
                    (asked ? events(stopReason) : "{\"turns\": [{\"generation\": \"gen_1\"}]}").getBytes(UTF_8);
            exchange.getResponseHeaders().set("x-parley-generation", "gen_1");
            exchange.sendResponseHeaders(200, response.length);
            try (exchange) {
                exchange.getResponseBody().write(response);
            }
        });
        return gateway.run(Stream.concat(Stream.of("ask", "Why?", "--model", "claude-opus-5-5"), Stream.of(more))
                .toArray(String[]::new));
    }

    private static String events(String stopReason) {
        return """
                data: {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "Hm."}}

                data: {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Because"}}

                data: {"type": "message_delta", "delta": {"stop_reason": "%s"}}

                data: {"type": "message_stop"}

                """.formatted(stopReason);
    }
}
