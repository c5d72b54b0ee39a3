package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Renderings contain no unknown fields, and the other tests would detect one. */
final class StrictRenderingTest {
    private static final Checkout CHECKOUT = Checkout.here();

    @Test
    void overlaysContainKnownFieldsOnly() {
        assertThat(Manifests.all(CHECKOUT))
                .hasSizeGreaterThan(5)
                .allSatisfy(overlay -> assertThat(overlay.objects()).hasSizeGreaterThan(20));
    }

    @ParameterizedTest
    @CsvSource({
        "terminationGracePeriodSeconds:, terminationGracePeriodSecond:",
        "readOnlyRootFilesystem: true, readOnlyRootFileSystem: true",
        "minReplicas:, minReplica:",
        "averageUtilization:, averageUtilisation:",
        "seconds: 10, second: 10",
        "maxUnavailable: 1, maxUnavailble: 1",
        "containerPort: 8080, containerPort: http",
        "replicas: 3, replicas: three",
        "kraftMetadata: shared, kraftMetaData: shared",
        "networkPolicyPeers:, networkPolicyPeer:",
        "topologySpreadConstraints:, topologySpreadConstraint:",
        "preemptionPolicy:, preemptPolicy:",
        "failureThreshold: 4, failureThresholds: 4",
        "minReplicaCount: 2, minReplicas: 2",
        "secretStoreRef:, storeRef:",
        "remoteRef:, remoteReference:",
        "serviceAccountRef:, serviceAccount:",
        "backendRequest: 0s, backendRequests: 0s",
        "maxParallelRequests:, maxRequests:",
        "jobLabel:, jobLabels:",
        "podMetricsEndpoints:, podMetricEndpoints:",
        "jmxPrometheusExporter, jmxPrometheusExporters",
        "runbook_url:, - runbook_url:"
    })
    void rejectsAnInvalidManifest(String right, String wrong) {
        String rendered =
                Manifests.rendered(CHECKOUT, "production") + "---\n" + Manifests.rendered(CHECKOUT, "production-aws");
        assertThat(rendered).contains(right);
        assertThatThrownBy(() -> Manifests.parse(rendered.replace(right, wrong)))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void rejectsAnUnknownComposeField() {
        String text = CHECKOUT.text("docker-compose.yml");
        assertThat(Compose.validate(CHECKOUT, text).exit()).isZero();
        assertThat(Compose.validate(CHECKOUT, text.replace("stop_grace_period", "stop_grace_periods"))
                        .errors())
                .contains("stop_grace_periods");
    }
}
