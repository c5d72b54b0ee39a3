package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.parts.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official TypeScript SDK, run by Node, against the gateway. The stories are in {@code typescript/sdk.test.js}. */
final class TypeScriptSdkSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final Path DIRECTORY = Checkout.find().root().resolve("system-tests/typescript");
    private static final Duration INSTALLING_MAX = Duration.ofMinutes(3);
    private static final Duration STORIES_MAX = Duration.ofMinutes(4);

    @BeforeAll
    static void theSdkIsInstalled() throws Exception {
        if (!Files.exists(DIRECTORY.resolve("node_modules/@anthropic-ai/sdk/package.json"))) {
            run(INSTALLING_MAX, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund"), "npm");
        }
    }

    @Test
    void takesTheGatewayForTheMessagesApi() throws Exception {
        String output = run(
                STORIES_MAX,
                Map.of("ANTHROPIC_BASE_URL", STACK.gateway(0).toString(), "ANTHROPIC_API_KEY", LocalStack.KEY),
                List.of("node", "--test", "--test-reporter=spec", "sdk.test.js"),
                "nodejs");

        // That nothing failed is no proof that something ran.
        assertThat(output).containsPattern("pass [1-9][0-9]").contains("skipped 0");
        Promises.eachRequestHasOneTurn(STACK);
    }

    /** What a command printed; an error that shows it if the command fails or takes too long. */
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
