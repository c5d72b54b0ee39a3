package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.servers.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ExitCode;

final class ParleyTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway-service|should be in KEY=VALUE",
                "gateway-service=two|is not an int",
                "gateway=2|no service is called gateway",
                "gateway-service=2,cache-service=11|cache-service can have 0 to 10 replicas, not 11",
                "cache-service=-1|cache-service can have 0 to 10 replicas, not -1"
            })
    void explainsReplicasThatItCannotRead(String replicas, String error) {
        assertThat(run(Map.of(), "up", "--detach", "--replicas", replicas)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains(error);
    }

    @Test
    void explainsASettingThatItCannotRead() {
        assertThat(run(Map.of("PARLEY_REDIS_PORT", "many"), "up", "--detach")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains("PARLEY_REDIS_PORT=many is not a port");
    }

    @ParameterizedTest
    @CsvSource({
        "PARLEY_URL, localhost:8080, ask Why?",
        "PARLEY_URL, http:///x, keys list",
        "PARLEY_URL, http://a b, ask Why?",
        "PARLEY_KAFKA_REPLICATION_FACTOR, three, topics",
        "PARLEY_KAFKA_REPLICATION_FACTOR, 0, topics"
    })
    void namesTheVariableThatItCannotUse(String variable, String value, String command) {
        assertThat(run(Map.of(variable, value), command.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8).lines()).singleElement().asString().contains(variable + "=" + value);
    }

    @Test
    void givesTheReasonWhyABrokerIsNotFound() {
        assertThat(run(Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092"), "topics"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains("no-such-host.invalid:9092", "No resolvable bootstrap urls");
    }

    /** A directory stands where the file of the lock should be. */
    @Test
    void givesTheReasonOfAFailureOnTheDisk() throws IOException {
        Checkout checkout = FakeCheckout.make();
        Files.createDirectories(checkout.state().resolve("lock"));
        assertThat(run(checkout, Map.of(), "down")).isEqualTo(ExitCode.SOFTWARE);
        assertThat(err.toString(UTF_8))
                .startsWith("cannot lock " + checkout.state())
                .contains("Is a directory");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return run(FakeCheckout.make(), environment, arguments);
    }

    private int run(Checkout checkout, Map<String, String> environment, String... arguments) {
        PrintStream stream = new PrintStream(err, true, UTF_8);
        return Parley.commandLine(new CommandContext(checkout, environment, stream, stream))
                .execute(arguments);
    }
}
