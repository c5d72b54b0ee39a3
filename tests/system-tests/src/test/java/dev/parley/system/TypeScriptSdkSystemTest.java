package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
    private static final LocalStack STACK = SharedStack.get();
    private static final Path DIRECTORY = Checkout.find().root().resolve("tests/system-tests/typescript");
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
            run(INSTALLING_MAX, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund"), "npm");
        }
    }

    private static JsonNode read(String file) {
        Path path = DIRECTORY.resolve(file);
        return Files.exists(path) ? JsonMapper.shared().readTree(path) : MissingNode.getInstance();
    }

    /** {@code sdk} is Anthropic's, {@code openai} is OpenAI's, {@code ai-sdk} is that of the npm package {@code ai}. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"sdk", "openai", "ai-sdk"})
    void sdkTestsPass(String tests) throws Exception {
        String output = run(
                TESTS_MAX,
                Map.of(
                        "ANTHROPIC_BASE_URL",
                        STACK.gateway(0).toString(),
                        "ANTHROPIC_API_KEY",
                        LocalStack.KEY,
                        "OPENAI_BASE_URL",
                        STACK.gateway(0) + "/v1",
                        "OPENAI_API_KEY",
                        LocalStack.KEY),
                List.of("node", "--test", "--test-reporter=spec", tests + ".test.js"),
                "nodejs");

        // Fails if no test ran.
        assertThat(output).containsPattern("pass [1-9][0-9]").contains("skipped 0");
    }

    /** Returns the output of a command; fails with it if the command fails or takes too long. */
    private static String run(Duration atMost, Map<String, String> environment, List<String> command, String debian)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("typescript-sdk", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = start(builder, debian);
        try {
            boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
            String printed = Files.readString(output);
            assertThat(ended)
                    .as("%s takes longer than %s:%n%s", command, atMost, printed)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s failed:%n%s", command, printed)
                    .isZero();
            return printed;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static Process start(ProcessBuilder builder, String debian) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    builder.command().getFirst() + " does not start; to install it: apt-get install " + debian, e);
        }
    }
}
