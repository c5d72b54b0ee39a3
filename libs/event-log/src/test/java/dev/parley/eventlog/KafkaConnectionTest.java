package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConnectionTest {
    private static final String BROKERS = "kafka:9093";

    @Test
    void givesThePropertiesOfTheOperatorToEveryClient() {
        KafkaConnection connection = KafkaConnection.of(
                BROKERS,
                Map.of(
                        "PARLEY_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_SSL",
                        "PARLEY_KAFKA_PROPERTIES_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "",
                        "PARLEY_KAFKA_BOOTSTRAP_SERVERS", BROKERS,
                        "PATH", "/usr/bin"));
        assertThat(connection.client("gateway-requests", Map.of("acks", "all")))
                .isEqualTo(Map.of(
                        "bootstrap.servers", BROKERS,
                        "client.id", "gateway-requests",
                        "acks", "all",
                        "reconnect.backoff.max.ms", 500,
                        "security.protocol", "SASL_SSL",
                        "ssl.endpoint.identification.algorithm", ""));
    }

    @Test
    void readsASecretFromItsFile(@TempDir Path secrets) throws IOException {
        String login =
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"a\" password=\"${b\";";
        Files.writeString(secrets.resolve("PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"), login);
        assertThat(KafkaConnection.of(BROKERS, Map.of("PARLEY_SECRETS", secrets.toString()))
                        .properties())
                .isEqualTo(Map.of("sasl.jaas.config", login));
    }

    /** A password that was changed at the brokers is in the file before the process restarts. */
    @Test
    void aNewClientHasThePresentSecret(@TempDir Path secrets) throws IOException {
        Path file = secrets.resolve("PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG");
        Files.writeString(file, "old");
        KafkaConnection connection = KafkaConnection.of(BROKERS, Map.of("PARLEY_SECRETS", secrets.toString()));
        Files.writeString(file, "new");
        assertThat(connection.client("a", Map.of())).containsEntry("sasl.jaas.config", "new");
    }

    @Test
    void secretsThatCannotBeReadAgainStayInUse(@TempDir Path secrets) throws IOException {
        Path file = secrets.resolve("PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG");
        Files.writeString(file, "old");
        KafkaConnection connection = KafkaConnection.of(BROKERS, Map.of("PARLEY_SECRETS", secrets.toString()));
        Files.delete(file);
        Files.delete(secrets);
        assertThat(connection.client("a", Map.of())).containsEntry("sasl.jaas.config", "old");
    }

    @Test
    void replacesTheDefaultPauseBetweenConnections() {
        KafkaConnection connection =
                KafkaConnection.of(BROKERS, Map.of("PARLEY_KAFKA_PROPERTIES_RECONNECT_BACKOFF_MAX_MS", "9000"));
        assertThat(connection.client("a", Map.of())).containsEntry("reconnect.backoff.max.ms", "9000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acks",
                "enable.idempotence",
                "isolation.level",
                "group.protocol",
                "enable.auto.commit",
                "max.in.flight.requests.per.connection",
                "transactional.id",
                "bootstrap.servers"
            })
    void refusesWhatThePromisesNeed(String property) {
        String variable = KafkaConnection.variable(property);
        assertThatThrownBy(() -> KafkaConnection.of(BROKERS, Map.of(variable, "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Parley sets " + property + " itself for each Kafka client: remove " + variable);
    }

    /** Otherwise the operator's value would be replaced without a word. */
    @Test
    void aClientSetsReservedPropertiesOnly() {
        KafkaConnection connection = KafkaConnection.plain(BROKERS);
        assertThatThrownBy(() -> connection.client("a", Map.of("client.rack", "1")))
                .hasMessage("client.rack of a is not among the reserved properties");
    }

    @Test
    void itsTextHasNoSecrets() {
        KafkaConnection connection =
                KafkaConnection.of(BROKERS, Map.of("PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", "password"));
        assertThat(connection).hasToString("KafkaConnection[kafka:9093, [sasl.jaas.config]]");
    }
}
