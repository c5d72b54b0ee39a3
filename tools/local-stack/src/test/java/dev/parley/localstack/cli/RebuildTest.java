package dev.parley.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.PortMap;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The environment of the additional persistence-worker. */
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

    private Map<String, String> environment(Map<String, String> variables) {
        PrintStream none = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Rebuild(new CommandContext(checkout, variables, none, none))
                .environment("table-2", "group-2", PortMap.free());
    }
}
