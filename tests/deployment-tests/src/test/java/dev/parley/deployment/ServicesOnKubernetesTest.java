package dev.parley.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.convert.DurationStyle;

/** Each service, in each overlay, runs as its module requires. */
final class ServicesOnKubernetesTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<ServiceModule> MODULES = ServiceModule.all(CHECKOUT);
    private static final List<Manifests> OVERLAYS =
            List.of(Manifests.of(CHECKOUT, "local"), Manifests.of(CHECKOUT, "production"));

    /** The topic that the replicas of each service share: each gateway has its own reply partitions. */
    private static final Map<String, TopicConsumption> CONSUMPTION = Map.of(
            "gateway-service", new TopicConsumption(Topics.DELTAS, Optional.empty()),
            "inference-service", new TopicConsumption(Topics.REQUESTS, Optional.empty()),
            "cache-service", new TopicConsumption(Topics.TURNS, Optional.empty()),
            "persistence-worker",
                    new TopicConsumption(Topics.TURNS, Optional.of("/parley/persistence/kafka/consumers")));

    /**
     * A topic, and the setting for the number of consumers per replica, if it is more than one. Consumers beyond the
     * number of partitions would be idle.
     */
    private record TopicConsumption(Topic topic, Optional<String> consumers) {
        int replicasMax(ServiceModule module) {
            int each = consumers.map(setting -> module.setting(setting).asInt()).orElse(1);
            return topic.partitions() / each;
        }
    }

    static Stream<Arguments> everywhere() {
        return OVERLAYS.stream().flatMap(overlay -> MODULES.stream().map(module -> Arguments.of(overlay, module)));
    }

    static Stream<ServiceModule> modules() {
        return MODULES.stream();
    }

    /** An upgrade applies one service after the other by this label, after everything without it. */
    @ParameterizedTest
    @MethodSource("everywhere")
    void theLabelOfAServiceSelectsItsDeploymentAndWhatIsItsAlone(Manifests overlay, ServiceModule module) {
        List<HasMetadata> labelled = overlay.objects().stream()
                .filter(object -> module.name()
                        .equals(Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of())
                                .get("app.kubernetes.io/name")))
                .toList();
        assertThat(labelled)
                .filteredOn(object -> object instanceof Deployment)
                .extracting(object -> object.getMetadata().getName())
                .containsExactly(module.name());
        assertThat(labelled).noneMatch(object -> object instanceof ConfigMap || object instanceof Job);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void environmentHasWhatTheModuleReads(Manifests overlay, ServiceModule module) {
        Workload workload = overlay.workload(module.name());
        assertThat(module.unread(workload.ownVariables()))
                .as("set but not read")
                .isEmpty();
        assertThat(module.missing(workload.variables(overlay)))
                .as("needed but not set")
                .isEmpty();
    }

    /** A process does not start with a variable that is set in its environment and by a file. */
    @ParameterizedTest
    @MethodSource("everywhere")
    void noVariableIsSetTwice(Manifests overlay, ServiceModule module) {
        Workload workload = overlay.workload(module.name());
        Set<String> environment = new HashSet<>(workload.ownVariables());
        workload.sharedConfigMaps()
                .forEach(map -> environment.addAll(
                        overlay.one(ConfigMap.class, map).getData().keySet()));
        assertThat(environment).isNotEmpty().noneMatch(workload.secretFiles()::containsKey);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void portsAgreeWithTheModule(Manifests overlay, ServiceModule module) {
        Workload workload = overlay.workload(module.name());
        assertThat(workload.ports()).containsEntry("management", module.managementPort());
        assertThat(new HashSet<>(workload.ports().values())).isEqualTo(module.ports());
    }

    /** A second discovery, beside that of the operator, would count each replica twice. */
    @ParameterizedTest
    @MethodSource("everywhere")
    void onlyThePodMonitorHasItScraped(Manifests overlay, ServiceModule module) {
        Map<String, String> annotations = Objects.requireNonNullElse(
                overlay.workload(module.name()).template().getMetadata().getAnnotations(), Map.of());
        assertThat(annotations.keySet()).noneMatch(annotation -> annotation.startsWith("prometheus.io/"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void onlyTheGatewayIsCalledByName(Manifests overlay) {
        assertThat(overlay.all(Service.class))
                .extracting(service -> service.getMetadata().getName())
                .contains("gateway-service")
                .doesNotContain("inference-service", "cache-service", "persistence-worker");
        Map<String, Integer> ports = overlay.workload("gateway-service").ports();
        List<ServicePort> offered =
                overlay.one(Service.class, "gateway-service").getSpec().getPorts();
        assertThat(offered)
                .hasSameSizeAs(ports.keySet())
                .allSatisfy(port ->
                        assertThat(ports).containsEntry(port.getTargetPort().getStrVal(), port.getPort()));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void probesUseTheManagementPort(Manifests overlay, ServiceModule module) {
        var container = overlay.workload(module.name()).container();
        assertProbe(container.getStartupProbe(), "/actuator/health/liveness");
        assertProbe(container.getLivenessProbe(), "/actuator/health/liveness");
        assertProbe(container.getReadinessProbe(), "/actuator/health/readiness");
    }

    private static void assertProbe(Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("management"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleExposesProbesAndMetrics(ServiceModule module) {
        assertThat(module.setting("/management/endpoints/web/exposure/include").asString())
                .contains("health", "prometheus");
        assertThat(module.setting("/management/endpoint/health/probes/enabled").asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void imageIsNamedAfterTheModule(Manifests overlay, ServiceModule module) {
        assertThat(overlay.workload(module.name()).image()).isEqualTo("parley/" + module.name());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void rollingUpdatesKeepAllReplicasAvailable(Manifests overlay, ServiceModule module) {
        var strategy = overlay.one(Deployment.class, module.name()).getSpec().getStrategy();
        assertThat(strategy.getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(0));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void gracePeriodExceedsTheShutdownTimeout(Manifests overlay, ServiceModule module) {
        Workload workload = overlay.workload(module.name());
        long preStop = Optional.ofNullable(workload.container().getLifecycle())
                .map(lifecycle -> lifecycle.getPreStop().getSleep().getSeconds())
                .orElse(0L);
        assertThat(workload.template().getSpec().getTerminationGracePeriodSeconds())
                .isGreaterThan(preStop + shutdown(workload, module).toSeconds());
    }

    private static Duration shutdown(Workload workload, ServiceModule module) {
        return workload.value(ServiceModule.SHUTDOWN_TIMEOUT)
                .map(DurationStyle::detectAndParse)
                .orElse(module.shutdownTimeout());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void gatewayShutdownCoversTheLongestAnswer(Manifests overlay) {
        ServiceModule gateway = ServiceModule.of(CHECKOUT, "gateway-service");
        String longest = gateway.setting("/parley/gateway/answer/lifetime-max").asString();
        assertThat(shutdown(overlay.workload("gateway-service"), gateway))
                .isGreaterThanOrEqualTo(DurationStyle.detectAndParse(longest));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void hasAServiceAccount(Manifests overlay, ServiceModule module) {
        Workload workload = overlay.workload(module.name());
        assertThat(workload.template().getSpec().getServiceAccountName()).isEqualTo(module.name());
        assertThat(overlay.one(ServiceAccount.class, module.name()).getAutomountServiceAccountToken())
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void operatorsPageReachesEachPod(ServiceModule module) {
        Manifests local = OVERLAYS.getFirst();
        Service pods = local.one(Service.class, module.name() + "-pods");
        assertThat(pods.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(pods.getSpec().getPorts()).extracting(ServicePort::getPort).containsExactly(module.managementPort());
        assertThat(local.workload("pulse").sharedConfigMaps())
                .flatExtracting(map -> local.one(ConfigMap.class, map).getData().values())
                .contains("http://" + module.name() + "-pods:" + module.managementPort());
        var policy = local.one(NetworkPolicy.class, "pulse-scrapes").getSpec();
        assertThat(policy.getPodSelector().getMatchExpressions())
                .singleElement()
                .satisfies(expression -> {
                    assertThat(expression.getKey()).isEqualTo("app.kubernetes.io/name");
                    assertThat(expression.getOperator()).isEqualTo("In");
                    assertThat(expression.getValues()).contains(module.name());
                });
        assertThat(policy.getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .containsExactly("management");
            assertThat(rule.getFrom())
                    .singleElement()
                    .satisfies(from -> assertThat(from.getPodSelector().getMatchLabels())
                            .containsEntry("app.kubernetes.io/name", "pulse"));
        });
    }

    @ParameterizedTest
    @MethodSource("modules")
    void productionScalesWithinThePartitions(ServiceModule module) {
        Manifests production = OVERLAYS.getLast();
        var scaler =
                production.one(HorizontalPodAutoscaler.class, module.name()).getSpec();
        assertThat(scaler.getScaleTargetRef().getKind()).isEqualTo("Deployment");
        assertThat(scaler.getScaleTargetRef().getName()).isEqualTo(module.name());
        assertThat(scaler.getMinReplicas()).isGreaterThanOrEqualTo(2);
        assertThat(production.one(Deployment.class, module.name()).getSpec().getReplicas())
                .as("replicas, set by the autoscaler")
                .isNull();
        assertThat(scaler.getMaxReplicas())
                .isLessThanOrEqualTo(
                        requireNonNull(CONSUMPTION.get(module.name())).replicasMax(module));
    }

    static Collection<Manifests> overlays() {
        return OVERLAYS;
    }

    /** But that of the JVM. */
    @ParameterizedTest
    @MethodSource("overlays")
    void sharedSettingsAreRead(Manifests overlay) {
        var shared = overlay.workload("gateway-service").sharedConfigMaps();
        var keys = shared.stream().flatMap(map -> overlay.one(ConfigMap.class, map).getData().keySet().stream());
        assertThat(keys)
                .isNotEmpty()
                .contains("JAVA_TOOL_OPTIONS")
                .filteredOn(key -> !key.equals("JAVA_TOOL_OPTIONS"))
                .allSatisfy(key ->
                        assertThat(MODULES).as("modules that read " + key).anyMatch(module -> module.reads(key)));
    }
}
