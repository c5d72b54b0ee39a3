package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LogSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");

    /** Those of the shared system, which may have no cache-service. */
    static final List<String> RUNNING = SERVICES.stream()
            .filter(service -> STACK.processes().stream()
                    .anyMatch(process -> process.name().name().equals(service)))
            .toList();

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @ParameterizedTest
    @FieldSource("RUNNING")
    void writesEveryLineAsOneJsonObject(String service) throws Exception {
        assertThat(ServiceLogLines.of(STACK, service).lines()).isNotEmpty().allSatisfy(line -> {
            JsonNode entry = MAPPER.readTree(line);
            assertThat(entry.path("@timestamp").stringValue("")).isNotEmpty();
            assertThat(entry.at("/log/level").stringValue("")).isNotEmpty();
            assertThat(entry.at("/service/name").stringValue("")).isEqualTo(service);
        });
    }

    /** Claude refuses a first call, because inference-service writes a line only about what is not as usual. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "inference-service", "persistence-worker"})
    void linesAboutAGenerationContainItsIdAndTrace(String service) throws Exception {
        String trace = randomTrace();
        Answer answer = chat.ask(
                ChatClient.question(ChatClient.QUICK + " fault=rate_limit times=1"),
                "traceparent",
                "00-" + trace + "-00f067aa0ba902b7-01");
        assertThat(awaitLines(service, answer.generation())).allSatisfy(entry -> {
            assertThat(entry.path("generation").stringValue("")).isEqualTo(answer.generation());
            assertThat(entry.path("trace_id").stringValue("")).isEqualTo(trace);
        });
    }

    @Test
    void logsAndMetricsContainNoKeysOrTexts() throws Exception {
        String asked = secret();
        String answered = secret();
        String wrongKey = secret();
        ObjectNode question = ChatClient.question(asked, "first_token_ms=0 text=\"" + answered + "\"");
        Answer whole = chat.ask(question);
        assertThat(whole.text()).contains(answered);
        chat.ask(ChatClient.question(asked + " again", "fault=cut after=2"));
        chat.send("POST", "/v1/messages", ("{\"" + asked).getBytes(UTF_8), "x-api-key", LocalStack.KEY);
        chat.send("POST", "/v1/messages", "{}".getBytes(UTF_8), "x-api-key", wrongKey);
        awaitLines("persistence-worker", whole.generation());
        for (String service : RUNNING) {
            assertThat(String.join("\n", ServiceLogLines.of(STACK, service).lines()))
                    .as("log of %s", service)
                    .doesNotContain(asked, answered, wrongKey, LocalStack.KEY);
            assertThat(MetricsPage.of(STACK, service).text())
                    .as("metrics of %s", service)
                    .doesNotContain(asked, answered, wrongKey, LocalStack.KEY);
        }
    }

    /** The lines of a service about a generation, as soon as there are any. */
    private static List<JsonNode> awaitLines(String service, String generation) throws Exception {
        return Eventually.value(
                () -> ServiceLogLines.of(STACK, service).with(generation), entries -> !entries.isEmpty());
    }

    private static String secret() {
        return "secret-" + UUID.randomUUID();
    }

    private static String randomTrace() {
        byte[] id = new byte[16];
        ThreadLocalRandom.current().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
