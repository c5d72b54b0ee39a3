package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayCommandTest {
    private final StringWriter errors = new StringWriter();
    private final StringWriter output = new StringWriter();

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--since yesterday | 'yesterday' is not a time",
                "--limit 0 | --limit must be at least 1",
                "--limit many | --limit",
                "--from-offset -1 --partition 0 | an offset must be at least 0",
                "--format xml | --format",
                "--spreadsheet | --spreadsheet requires --format csv",
                "--bootstrap-servers nowhere | 'nowhere' is not the HOST:PORT",
                "--nonsense | --nonsense",
                "chat.turns chat.deltas | chat.deltas",
                "-o missing/folder/file | there is no folder",
            })
    void reportsBadArgumentsWithTheReasonAndAUsageLine(String arguments, String reason) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(errors.toString().lines()).hasSize(2);
        assertThat(errors.toString().lines().findFirst().orElse(""))
                .startsWith("replay: ")
                .contains(reason);
        assertThat(errors.toString()).contains("usage: ./parley replay");
    }

    @Test
    void refusesToReplaceAFileBeforeItConnects() throws IOException {
        Path file = Files.writeString(folder.resolve("turns.jsonl"), "old");

        assertThat(run("-o", file.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("already exists; --force replaces a file");
        assertThat(file).hasContent("old");
    }

    @Test
    void reportsAnUnreachableBrokerAndLeavesNoFile() throws IOException {
        assertThat(run(
                        "--bootstrap-servers",
                        "127.0.0.1:1",
                        "-o",
                        folder.resolve("turns.jsonl").toString()))
                .isEqualTo(1);
        assertThat(errors.toString().lines()).hasSize(1);
        assertThat(errors.toString()).startsWith("replay: no Kafka broker answers at 127.0.0.1:1");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void readsTheBrokerFromTheEnvironment() {
        assertThat(run(Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "other-host.invalid:9092"), "--list"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("other-host.invalid:9092");
    }

    @Test
    void readsTheBrokerFromAFile() throws IOException {
        Files.writeString(folder.resolve("PARLEY_KAFKA_BOOTSTRAP_SERVERS"), "other-host.invalid:9092\n");
        assertThat(run(Map.of("PARLEY_SECRETS", folder.toString()), "--list")).isEqualTo(1);
        assertThat(errors.toString()).contains("other-host.invalid:9092");
    }

    @Test
    void refusesABrokerThatIsSetTwice() throws IOException {
        Files.writeString(folder.resolve("PARLEY_KAFKA_BOOTSTRAP_SERVERS"), "other-host.invalid:9092");
        Map<String, String> environment =
                Map.of("PARLEY_SECRETS", folder.toString(), "PARLEY_KAFKA_BOOTSTRAP_SERVERS", "host.invalid:9092");
        assertThat(run(environment, "--list")).isEqualTo(2);
        assertThat(errors.toString()).startsWith("replay: PARLEY_KAFKA_BOOTSTRAP_SERVERS is set twice");
    }

    @Test
    void refusesAPropertyOfKafkaThatParleySets() {
        assertThat(run(Map.of("PARLEY_KAFKA_PROPERTIES_ISOLATION_LEVEL", "read_uncommitted"), "--list"))
                .isEqualTo(2);
        assertThat(errors.toString()).startsWith("replay: Parley sets isolation.level itself");
    }

    @Test
    void reportsATrustStoreThatDoesNotExist() {
        Map<String, String> environment = Map.of(
                "PARLEY_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SSL",
                "PARLEY_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE", "PEM",
                "PARLEY_KAFKA_PROPERTIES_SSL_TRUSTSTORE_LOCATION", folder + "/missing.crt");
        assertThat(run(environment, "--list")).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("replay: the properties of the Kafka client are wrong: ")
                .contains("missing.crt");
    }

    @Test
    void reportsAProtocolThatDoesNotExist() {
        assertThat(run(Map.of("PARLEY_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_TLS"), "--list"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("security.protocol");
    }

    @Test
    void reportsAHostNameThatCannotBeResolved() {
        assertThat(run("--bootstrap-servers", "no-such-host.invalid:9092")).isEqualTo(1);
        assertThat(errors.toString()).contains("no Kafka broker answers at no-such-host.invalid:9092");
    }

    @Test
    void reportsABrokerThatAcceptsConnectionsButNeverAnswers() throws IOException {
        try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--bootstrap-servers", "127.0.0.1:" + frozen.getLocalPort()))
                    .isEqualTo(1);
        }
        assertThat(errors.toString().lines()).hasSize(1);
        assertThat(errors.toString()).startsWith("replay: no Kafka broker answers at 127.0.0.1:");
    }

    @Test
    void printsNothingOfAListThatCannotBeRead() {
        assertThat(run("--list", "--bootstrap-servers", "127.0.0.1:1")).isEqualTo(1);
        assertThat(output.toString()).isEmpty();
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return ReplayCommand.commandLine(environment)
                .setErr(new PrintWriter(errors, true))
                .setOut(new PrintWriter(output, true))
                .execute(arguments);
    }
}
