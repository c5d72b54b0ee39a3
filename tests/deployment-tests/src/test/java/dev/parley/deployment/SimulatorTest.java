package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The simulator gets only variables that it reads, and services use its port. It parses its variables itself. */
final class SimulatorTest {
    private static final String NAME = "claude-simulator";
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String SOURCES = CHECKOUT.files().stream()
            .filter(file -> file.startsWith("tools/" + NAME + "/src/main/java/"))
            .map(CHECKOUT::text)
            .collect(Collectors.joining());

    @Test
    void composeSetsOnlyItsVariables() {
        assertReads(Set.copyOf(
                Compose.of(CHECKOUT).service(NAME).path("environment").propertyNames()));
    }

    @Test
    void kubernetesSetsOnlyItsVariables() {
        assertReads(Manifests.of(CHECKOUT, "local").workload(NAME).ownVariables());
    }

    private static void assertReads(Set<String> variables) {
        assertThat(variables).isNotEmpty();
        assertThat(variables.stream().filter(variable -> !SOURCES.contains('"' + variable + '"')))
                .as("set but not read")
                .isEmpty();
    }

    @Test
    void servicesUseItsPort() {
        String port = "\"PARLEY_SIMULATOR_PORT\", 8090";
        assertThat(SOURCES.contains(port)).as(port).isTrue();
        assertThat(Compose.of(CHECKOUT)
                        .service("inference-service")
                        .at("/environment/ANTHROPIC_BASE_URL")
                        .asString())
                .isEqualTo("http://claude-simulator:8090");
        assertThat(Manifests.of(CHECKOUT, "local").workload(NAME).ports()).containsEntry("http", 8090);
    }
}
