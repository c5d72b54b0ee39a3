package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** SDKs for TypeScript, run by Node, against the gateway. The tests are in {@code typescript/*.test.js}. */
@ExtendWith(SharedStack.class)
final class TypeScriptSdkSystemTest {
    private static final SdkPrograms NODE = SdkPrograms.in("typescript", SharedStack.get());
    private static final Duration INSTALLING_MAX = Duration.ofMinutes(3);
    private static final Duration TESTS_MAX = Duration.ofMinutes(4);

    @BeforeAll
    static void installSdks() throws Exception {
        JsonNode required = read("package.json").path("dependencies");
        boolean installed = required.propertyStream()
                .allMatch(sdk -> read("node_modules/" + sdk.getKey() + "/package.json")
                        .path("version")
                        .equals(sdk.getValue()));
        if (!installed) {
            NODE.run(INSTALLING_MAX, "npm", "npm", "ci", "--no-audit", "--no-fund");
        }
    }

    private static JsonNode read(String file) {
        Path path = NODE.directory().resolve(file);
        return Files.exists(path) ? JsonMapper.shared().readTree(path) : MissingNode.getInstance();
    }

    /** {@code sdk} is Anthropic's, {@code openai} is OpenAI's, {@code ai-sdk} is that of the npm package {@code ai}. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"sdk", "openai", "ai-sdk"})
    void sdkTestsPass(String tests) throws Exception {
        String output = NODE.run(TESTS_MAX, "nodejs", "node", "--test", "--test-reporter=spec", tests + ".test.js");

        // Fails if no test ran.
        assertThat(output).containsPattern("pass [1-9][0-9]").contains("skipped 0");
    }
}
