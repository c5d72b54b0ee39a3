package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pods that Strimzi makes are admitted in the namespace of Parley, and two of them are not lost at once. */
final class BrokersTest {
    private static final Manifests PRODUCTION = Manifests.of(Checkout.here(), "production");

    static Stream<KafkaNodePool> pools() {
        return PRODUCTION.all(KafkaNodePool.class).stream();
    }

    @ParameterizedTest
    @MethodSource("pools")
    void podsMeetTheRestrictedStandard(KafkaNodePool pool) {
        var template = pool.getSpec().getTemplate();
        assertRestricted(template.getPod().getSecurityContext());
        assertThat(template.getPod().getSecurityContext().getFsGroup())
                .as("the group of the volumes")
                .isZero();
        assertRestricted(template.getKafkaContainer().getSecurityContext());
        assertRestricted(template.getInitContainer().getSecurityContext());
    }

    @Test
    void theExporterMeetsTheRestrictedStandard() {
        var template = PRODUCTION
                .one(Kafka.class, "parley")
                .getSpec()
                .getKafkaExporter()
                .getTemplate();
        assertRestricted(template.getPod().getSecurityContext());
        assertRestricted(template.getContainer().getSecurityContext());
    }

    /** Without its user operator, no program has a login. */
    @Test
    void theEntityOperatorMeetsTheRestrictedStandard() {
        var template = PRODUCTION
                .one(Kafka.class, "parley")
                .getSpec()
                .getEntityOperator()
                .getTemplate();
        assertRestricted(template.getPod().getSecurityContext());
        assertRestricted(template.getUserOperatorContainer().getSecurityContext());
    }

    private static void assertRestricted(PodSecurityContext pod) {
        assertThat(pod.getRunAsNonRoot()).isTrue();
        assertThat(pod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    }

    private static void assertRestricted(SecurityContext container) {
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    }

    @ParameterizedTest
    @MethodSource("pools")
    void twoPodsOfAPoolAreNeverOnOneNode(KafkaNodePool pool) {
        var pod = pool.getSpec().getTemplate().getPod();
        Map<String, String> each =
                Map.of("strimzi.io/pool-name", pool.getMetadata().getName());
        assertThat(pod.getAffinity().getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
                .singleElement()
                .satisfies(term -> {
                    assertThat(term.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
                    assertThat(term.getLabelSelector().getMatchLabels()).isEqualTo(each);
                });
        assertThat(pod.getTopologySpreadConstraints()).singleElement().satisfies(spread -> {
            assertThat(spread.getTopologyKey()).isEqualTo("topology.kubernetes.io/zone");
            assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(each);
        });
    }

    @ParameterizedTest
    @MethodSource("pools")
    void brokersHaveThePriorityOfStreams(KafkaNodePool pool) {
        String name = pool.getSpec().getTemplate().getPod().getPriorityClassName();
        assertThat(name).isEqualTo("parley-streams");
        assertThat(PRODUCTION.one(PriorityClass.class, name).getValue()).isPositive();
    }
}
