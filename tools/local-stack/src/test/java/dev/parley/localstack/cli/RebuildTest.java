package dev.parley.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ExitCode;

/** The environment of the additional persistence-worker, and the tables that the command refuses. */
final class RebuildTest {
    private final Checkout checkout = FakeCheckout.make();

    @Test
    void isThatOfTheLocalServersByDefault() {
        assertThat(environment(Map.of("PARLEY_KAFKA_PORT", "19092")))
                .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "http://127.0.0.1:8010")
                .containsEntry("AWS_ACCESS_KEY_ID", "local")
                .containsEntry("PARLEY_DYNAMODB_TABLE", "table-2")
                .containsEntry("PARLEY_PERSISTENCE_KAFKA_GROUPID", "group-2");
    }

    /** As by a role, whose credentials stand in no variable. */
    @Test
    void hasNoLocalCredentialsForAws() {
        assertThat(environment(Map.of("PARLEY_DYNAMODB_ENDPOINT", "", "AWS_PROFILE", "operator")))
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "")
                .containsEntry("AWS_PROFILE", "operator")
                .containsEntry("AWS_REGION", "eu-central-1")
                .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    }

    @Test
    void isThatOfTheSystemOfThisCheckout() {
        FakeCheckout.started(checkout, "kafka", 19_092, ProcessHandle.current().pid());
        FakeCheckout.started(
                checkout, "dynamodb", 18_010, ProcessHandle.current().pid());
        assertThat(environment(Map.of()))
                .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "http://127.0.0.1:18010");
        assertThat(environment(Map.of("PARLEY_KAFKA_PORT", "29092")))
                .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:29092")
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "http://127.0.0.1:18010");
    }

    /** The table in use, whose group a second worker would join. */
    @ParameterizedTest
    @CsvSource({
        "conversations-2, conversations-2, ",
        "'', parley-conversations, ",
        "conversations-2, conversations-3, conversations-3"
    })
    void doesNotWriteTheTableItComparesWith(String variable, String table, @Nullable String present) {
        List<String> arguments = new ArrayList<>(List.of("rebuild", "dynamodb", "--table", table));
        if (present != null) {
            arguments.addAll(List.of("--present", present));
        }
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Map<String, String> variables = Map.of(
                "PARLEY_DYNAMODB_TABLE",
                variable,
                "PARLEY_KAFKA_PORT",
                Integer.toString(PortMap.free().of(PortName.KAFKA)));
        assertThat(Parley.commandLine(new CommandContext(checkout, variables, stream, stream))
                        .execute(arguments.toArray(String[]::new)))
                .as(() -> err.toString(StandardCharsets.UTF_8))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("another table than " + table);
    }

    private Map<String, String> environment(Map<String, String> variables) {
        PrintStream none = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Rebuild(new CommandContext(checkout, variables, none, none))
                .environment("table-2", "group-2", PortMap.free());
    }
}
