package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Reachability;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.PinnedVersions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.strimzi.api.kafka.model.kafka.Kafka;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pod of every overlay is restricted and bounded, and refers to existing objects only. */
final class PodsTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<Manifests> OVERLAYS = Manifests.all(CHECKOUT);

    /** Also the pods of the documentation, which are run beside production. */
    static Stream<Arguments> workloads() {
        return Stream.concat(
                OVERLAYS.stream()
                        .flatMap(overlay ->
                                overlay.workloads().stream().map(workload -> Arguments.of(overlay, workload))),
                Manifests.documented(CHECKOUT).workloads().stream()
                        .map(workload -> Arguments.of(Manifests.of(CHECKOUT, "production"), workload)));
    }

    static Collection<Manifests> overlays() {
        return OVERLAYS;
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void meetsTheRestrictedStandard(Manifests overlay, Workload workload) {
        var pod = workload.template().getSpec();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks()).isFalse();
        assertThat(workload.containers())
                .extracting(Container::getSecurityContext)
                .allSatisfy(container -> {
                    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
                });
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void ownContainersWriteOnlyToTheTemporaryDirectory(Manifests overlay, Workload workload) {
        if (workload.image().startsWith("parley/")) {
            assertThat(workload.containers()).allSatisfy(container -> {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getVolumeMounts())
                        .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                        .singleElement()
                        .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/tmp"));
            });
            assertThat(workload.template().getSpec().getVolumes())
                    .filteredOn(volume -> volume.getSecret() == null && volume.getProjected() == null)
                    .singleElement()
                    .satisfies(volume ->
                            assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void memoryIsBounded(Manifests overlay, Workload workload) {
        assertThat(workload.containers()).extracting(Container::getResources).allSatisfy(resources -> {
            assertThat(resources.getLimits()).containsKey("memory").doesNotContainKey("cpu");
            assertThat(resources.getRequests()).containsKeys("cpu", "memory");
        });
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void hasAPriority(Manifests overlay, Workload workload) {
        String name = workload.template().getSpec().getPriorityClassName();
        assertThat(overlay.one(PriorityClass.class, name).getValue()).isPositive();
    }

    /** What an open answer passes through displaces others; what follows the log does not. */
    @ParameterizedTest
    @MethodSource("overlays")
    void streamsComeBeforeProjections(Manifests overlay) {
        var streams = overlay.one(PriorityClass.class, "parley-streams");
        var projections = overlay.one(PriorityClass.class, "parley-projections");
        assertThat(streams.getValue()).isGreaterThan(projections.getValue());
        assertThat(projections.getPreemptionPolicy()).isEqualTo("Never");
        assertThat(Stream.of("gateway-service", "inference-service")
                        .map(name -> overlay.workload(name).template().getSpec().getPriorityClassName()))
                .containsOnly("parley-streams");
        assertThat(Stream.of("cache-service", "persistence-worker")
                        .map(name -> overlay.workload(name).template().getSpec().getPriorityClassName()))
                .containsOnly("parley-projections");
    }

    /** The cluster autoscaler waits for 600 s at most before it removes a node, unless a pod forbids the removal. */
    @ParameterizedTest
    @MethodSource("workloads")
    void autoscalersOfNodesCutNoStream(Manifests overlay, Workload workload) {
        Long grace = workload.template().getSpec().getTerminationGracePeriodSeconds();
        if (grace != null && grace > 600) {
            assertThat(workload.template().getMetadata().getAnnotations())
                    .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
        }
    }

    /** Without room for another pod, the next one waits until one has drained: an upgrade that goes on must not count as failed. */
    @ParameterizedTest
    @MethodSource("overlays")
    void anUpgradeMayTakeAsLongAsADrain(Manifests overlay) {
        assertThat(overlay.all(Deployment.class)).isNotEmpty().allSatisfy(deployment -> {
            var spec = deployment.getSpec();
            Integer deadline = Objects.requireNonNullElse(spec.getProgressDeadlineSeconds(), 600);
            Long grace =
                    Objects.requireNonNullElse(spec.getTemplate().getSpec().getTerminationGracePeriodSeconds(), 30L);
            assertThat(deadline.longValue()).isGreaterThan(grace);
        });
    }

    /**
     * Each Deployment of production is drained one pod at a time, and none blocks a drain. By default, pods that are not ready
     * would, which are all of a service while what it needs is down.
     */
    @ParameterizedTest
    @MethodSource("overlays")
    void disruptionsAreBounded(Manifests overlay) {
        if (!overlay.overlay().equals("local")) {
            assertThat(overlay.all(Deployment.class)).allSatisfy(deployment -> {
                var budget = overlay.one(
                        PodDisruptionBudget.class, deployment.getMetadata().getName());
                assertThat(budget.getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(1));
                assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
                assertThat(Reachability.matches(
                                budget.getSpec().getSelector(),
                                deployment.getSpec().getTemplate().getMetadata().getLabels()))
                        .isTrue();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void variableReferencesExist(Manifests overlay, Workload workload) {
        assertThat(workload.sharedConfigMaps()).allSatisfy(map -> overlay.one(ConfigMap.class, map));
        assertThat(workload.container().getEnv().stream()
                        .map(EnvVar::getValueFrom)
                        .flatMap(source -> Optional.ofNullable(source).stream())
                        .flatMap(source -> Optional.ofNullable(source.getConfigMapKeyRef()).stream()))
                .allSatisfy(reference -> assertThat(overlay.one(ConfigMap.class, reference.getName())
                                .getData())
                        .containsKey(reference.getKey()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void selectorsMatchTheirPods(Manifests overlay) {
        assertThat(overlay.all(Deployment.class))
                .allSatisfy(deployment -> assertThat(
                                deployment.getSpec().getTemplate().getMetadata().getLabels())
                        .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels()));
        assertThat(overlay.all(StatefulSet.class))
                .allSatisfy(set -> assertThat(
                                set.getSpec().getTemplate().getMetadata().getLabels())
                        .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void servicePortsExistInTheirPods(Manifests overlay) {
        assertThat(overlay.all(Service.class)).isNotEmpty().allSatisfy(service -> {
            Workload workload = overlay.workload(service.getMetadata().getName().replaceFirst("-pods$", ""));
            assertThat(workload.labels()).containsAllEntriesOf(service.getSpec().getSelector());
            assertThat(service.getSpec().getPorts())
                    .extracting(port -> port.getTargetPort().getStrVal())
                    .isSubsetOf(workload.ports().keySet());
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void containsNoSecret(Manifests overlay) {
        assertThat(overlay.objects()).noneMatch(object -> object.getKind().equals("Secret"));
        assertThat(List.of("gateway-service", "inference-service"))
                .allSatisfy(service -> assertThat(overlay.workload(service).secretFiles())
                        .containsEntry("ANTHROPIC_API_KEY", "parley-claude"));
    }

    @Test
    void serverVersionsEqualTheTestedOnes() {
        PinnedVersions versions = PinnedVersions.of(CHECKOUT);
        Manifests local = Manifests.of(CHECKOUT, "local");
        assertThat(local.workload("kafka").container().getImage())
                .isEqualTo("apache/kafka:" + versions.get("kafka.version"));
        assertThat(local.workload("dynamodb-local").container().getImage())
                .isEqualTo("amazon/dynamodb-local:" + versions.get("dynamodb-local.version"));
        assertThat(Manifests.of(CHECKOUT, "production")
                        .one(Kafka.class, "parley")
                        .getSpec()
                        .getKafka()
                        .getVersion())
                .isEqualTo(versions.get("kafka.version"));
    }
}
