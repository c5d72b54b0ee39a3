package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arguments of the command. What it does is tested with a broker. */
@Timeout(60)
class TopicProvisionerTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:9 three", "localhost:9 0", "localhost:9 70000", "localhost:9 1 1"})
    void tellsHowItIsUsed(String arguments) throws Exception {
        Process command = new ProcessBuilder(Stream.of(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        TopicProvisioner.class.getName()),
                                arguments.isEmpty() ? List.<String>of() : List.of(arguments.split(" ")))
                        .flatMap(List::stream)
                        .toList())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(command.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("usage: TopicProvisioner BOOTSTRAP_SERVERS [REPLICATION_FACTOR], which is 1 or more, or -1"
                        + " for that of the brokers\n");
        assertThat(command.waitFor()).isEqualTo(2);
    }
}
