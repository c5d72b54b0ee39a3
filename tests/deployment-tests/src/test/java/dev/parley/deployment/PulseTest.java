package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.eventlog.KafkaConnection;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pulse gets the variables that it reads, and always requires a key. It parses its variables itself. */
final class PulseTest {
    private static final String NAME = "pulse";
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Pattern VARIABLE = Pattern.compile("\"(PARLEY_[A-Z0-9_]+)\", \"([^\"]*)\"");

    /** Default by variable. */
    private static final Map<String, String> VARIABLES = VARIABLE.matcher(
                    CHECKOUT.text("tools/pulse/src/main/java/dev/parley/pulse/PulseSettings.java"))
            .results()
            .collect(Collectors.toMap(
                    found -> found.group(1), found -> found.group(2), (first, _) -> first, TreeMap::new));

    private static final JsonNode COMPOSE = Compose.of(CHECKOUT).service(NAME);
    private static final Manifests LOCAL = Manifests.of(CHECKOUT, "local");
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production-pulse");

    @Test
    void composeSetsItsVariables() {
        assertComplete(Set.copyOf(COMPOSE.path("environment").propertyNames()));
    }

    @Test
    void kubernetesSetsItsVariables() {
        assertComplete(LOCAL.workload(NAME).variables(LOCAL));
    }

    /** Besides what every client of Kafka has, as the services of production. */
    @Test
    void productionSetsItsVariablesAndItsLogin() {
        Workload pulse = PRODUCTION.workload(NAME);
        Set<String> given = pulse.variables(PRODUCTION);
        assertComplete(given.stream()
                .filter(variable -> !variable.startsWith("PARLEY_KAFKA_PROPERTIES_"))
                .collect(Collectors.toSet()));
        assertThat(given)
                .containsAll(PRODUCTION.workload("cache-service").variables(PRODUCTION).stream()
                        .filter(variable -> variable.startsWith("PARLEY_KAFKA_"))
                        .toList());
        assertThat(pulse.secretFiles())
                .containsEntry(
                        KafkaConnection.variable("sasl.jaas.config"),
                        PRODUCTION.one(KafkaUser.class, NAME).getMetadata().getName());
        assertThat(pulse.container().getVolumeMounts())
                .map(VolumeMount::getMountPath)
                .contains("/etc/parley/secrets", "/etc/parley/kafka");
        assertThat(pulse.labels()).containsEntry("app.kubernetes.io/part-of", "parley");
    }

    /** All variables except the port and the groups, whose defaults are right in a container. */
    private static void assertComplete(Set<String> given) {
        assertThat(given).isNotEmpty().isSubsetOf(VARIABLES.keySet());
        assertThat(VARIABLES.keySet())
                .filteredOn(variable -> !variable.equals("PARLEY_PULSE_PORT") && !variable.endsWith("_GROUP"))
                .isSubsetOf(given);
    }

    @Test
    void portsAgree() {
        int port = Integer.parseInt(VARIABLES.getOrDefault("PARLEY_PULSE_PORT", ""));
        assertThat(COMPOSE.at("/ports/0/target").asInt()).isEqualTo(port);
        assertThat(COMPOSE.at("/healthcheck/test").toString()).contains("http://127.0.0.1:" + port + "/healthz");
        assertThat(LOCAL.workload(NAME).ports()).containsExactly(Map.entry("http", port));
        assertThat(LOCAL.workload(NAME)
                        .container()
                        .getReadinessProbe()
                        .getHttpGet()
                        .getPath())
                .isEqualTo("/healthz");
    }

    @Test
    void requiresAKeyOnNetworks() {
        String hash = "[0-9a-f]{64}";
        assertThat(COMPOSE.at("/environment/PARLEY_PULSE_KEY_SHA256").asString())
                .matches(hash);
        assertThat(LOCAL.workload(NAME).sharedConfigMaps())
                .map(map -> LOCAL.one(ConfigMap.class, map).getData().getOrDefault("PARLEY_PULSE_KEY_SHA256", ""))
                .singleElement()
                .satisfies(value -> assertThat(value).matches(hash));
        assertThat(LOCAL.one(NetworkPolicy.class, NAME).getSpec().getIngress()).isEmpty();
    }

    @Test
    void productionDoesNotRunItByDefault() {
        assertThat(Manifests.of(CHECKOUT, "production").workloads())
                .isNotEmpty()
                .noneMatch(workload -> workload.name().equals(NAME));
    }

    @Test
    void operationsDocumentListsEveryVariableWithItsDefault() {
        String document = CHECKOUT.text("docs/operations.md");
        assertThat(VARIABLES)
                .hasSizeGreaterThan(6)
                .allSatisfy((variable, fallback) -> assertThat(document)
                        .contains("| `" + variable + "` | " + (fallback.isEmpty() ? "empty" : "`" + fallback + "`")
                                + " |"));
    }
}
