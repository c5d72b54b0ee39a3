package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Live mirroring on Kubernetes: off unless chosen, one process, with its login, its budget's metrics and no more. */
final class MirrorTest {
    private static final String NAME = "mirror";
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Manifests MANIFESTS = Manifests.of(CHECKOUT, "production-mirror");
    private static final Workload MIRROR = MANIFESTS.workload(NAME);

    @Test
    void isOffByDefault() {
        for (String overlay : new String[] {"local", "production", "production-edge", "production-aws"}) {
            assertThat(Manifests.of(CHECKOUT, overlay).workloads())
                    .isNotEmpty()
                    .noneMatch(workload -> workload.name().equals(NAME));
        }
    }

    /** A second process would take over from the first one. */
    @Test
    void runsOnce() {
        var deployment = MANIFESTS.one(Deployment.class, NAME).getSpec();
        assertThat(deployment.getReplicas()).isEqualTo(1);
        assertThat(deployment.getStrategy().getType()).isEqualTo("Recreate");
    }

    @Test
    void runsTheCommandThatServesItsMetrics() {
        assertThat(MIRROR.container().getArgs()).containsExactly("mirror", "--metrics-address", "0.0.0.0:9590");
        assertThat(CHECKOUT.text("tools/experiment/src/main/java/dev/parley/experiment/MirrorCommand.java"))
                .contains("name = \"mirror\"", "names = \"--metrics-address\"");
        assertThat(MIRROR.ports()).containsExactly(Map.entry("management", 9590));
        assertThat(MIRROR.container().getLivenessProbe().getHttpGet().getPath()).isEqualTo("/metrics");
        assertThat(MANIFESTS.one(PodMonitor.class, NAME).getSpec()).satisfies(monitor -> {
            assertThat(MIRROR.labels())
                    .containsAllEntriesOf(monitor.getSelector().getMatchLabels());
            assertThat(monitor.getPodMetricsEndpoints())
                    .singleElement()
                    .satisfies(endpoint -> assertThat(endpoint.getPath()).isEqualTo("/metrics"));
        });
    }

    @Test
    void logsInAsTheUserForExperiments() {
        KafkaUser user = MANIFESTS.one(KafkaUser.class, "experiment");
        assertThat(MIRROR.secretFiles())
                .containsEntry(
                        "PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
                        user.getMetadata().getName())
                .containsEntry("ANTHROPIC_API_KEY", "parley-claude");
        assertThat(MIRROR.variables(MANIFESTS))
                .contains("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "PARLEY_KAFKA_PROPERTIES_SSL_TRUSTSTORE_LOCATION");
    }

    @Test
    void operatorsFindItsMetrics() {
        assertThat(CHECKOUT.text("docs/operations.md"))
                .contains("`parley.mirror.turns`", "`parley.mirror.spent.usd`", "`parley.mirror.budget.left.usd`");
    }
}
