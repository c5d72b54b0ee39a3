package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Programs in a directory of this module that use SDKs of other languages. The environment has the base URL and the key of a
 * gateway for the SDKs of both vendors.
 */
record SdkPrograms(Path directory, LocalStack stack) {
    static SdkPrograms in(String directory, LocalStack stack) {
        return new SdkPrograms(
                Checkout.find().root().resolve("tests/system-tests").resolve(directory), stack);
    }

    /**
     * Returns the output of a command; fails with it if the command fails or takes too long.
     *
     * @param debian the package of the command
     */
    String run(Duration atMost, String debian, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sdk", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        String gateway = stack.gateway(0).toString();
        builder.environment()
                .putAll(Map.of(
                        "ANTHROPIC_BASE_URL",
                        gateway,
                        "ANTHROPIC_API_KEY",
                        LocalStack.KEY,
                        "OPENAI_BASE_URL",
                        gateway + "/v1",
                        "OPENAI_API_KEY",
                        LocalStack.KEY));
        Process process = start(builder, debian);
        try {
            boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
            String printed = Files.readString(output);
            assertThat(ended)
                    .as("%s takes longer than %s:%n%s", builder.command(), atMost, printed)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s failed:%n%s", builder.command(), printed)
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
