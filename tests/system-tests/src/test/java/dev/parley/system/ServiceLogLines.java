package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The complete log lines of a service so far. */
record ServiceLogLines(List<String> lines) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** The beginning of the directives for the simulator, which are in almost every question of these tests. */
    private static final String DIRECTIVES = "[[sim:";

    static ServiceLogLines of(LocalStack stack, String service) throws IOException {
        return of(stack, service, 0);
    }

    static ServiceLogLines of(LocalStack stack, String service, int replica) throws IOException {
        String text = Files.readString(stack.process(service, replica).log());
        return new ServiceLogLines(
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
    }

    /** The beginning of the long answer of these tests. */
    private static final String ANSWER = LongAnswer.ofWords(3);

    /** Fails if a log of a replica of a service contains a question, an answer, or a key of the system. */
    static void containNoTextsOrKeys(LocalStack stack) throws IOException {
        for (ManagedProcess process : stack.processes()) {
            if (LogSystemTest.SERVICES.contains(process.name().name())) {
                assertThat(process.log())
                        .content()
                        .isNotEmpty()
                        .doesNotContain(DIRECTIVES, ANSWER, LocalStack.KEY, LocalStack.ADMIN_KEY);
            }
        }
    }

    /** The lines that contain this text, each of which must be JSON. */
    List<JsonNode> with(String text) {
        return lines.stream()
                .filter(line -> line.contains(text))
                .map(MAPPER::readTree)
                .toList();
    }
}
