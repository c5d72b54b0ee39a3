package dev.parley.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import dev.parley.deployment.source.Tool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Varnish runs on request only, serves clients on one port, and is purged by cache-service on another. */
final class EdgeTest {
    private static final String NAME = "varnish";
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String IMAGE = CHECKOUT.text("Dockerfile");
    private static final String GATEWAY_ADDRESS = ".host = \"gateway-service\";\n    .port = \"8080\";";
    /** Two threads each, of the 10,000 that Varnish has by default. */
    private static final long STREAMS = 5_000;

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    /** What Varnish may store of a stream beyond its buffer: two of its allocations, measured with 7.7. */
    private static final long BEYOND_BUFFER = 32 * KIB;

    /** What a stream takes beside its buffer, mostly threads and workspaces, measured with 7.7 when all streams end at once. */
    private static final long BESIDE_BUFFER = 240 * KIB;

    private static final Compose COMPOSE = Compose.of(CHECKOUT);
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production");
    private static final Manifests EDGE = Manifests.of(CHECKOUT, "production-edge");

    @Test
    void runsOnRequestOnly() {
        assertThat(COMPOSE.service(NAME).at("/profiles/0").asString()).isEqualTo("edge");
        assertThat(COMPOSE.service("cache-service")
                        .at("/environment/PARLEY_EDGE")
                        .asString())
                .isEqualTo("none");
        assertThat(PRODUCTION.workloads())
                .isNotEmpty()
                .noneMatch(workload -> workload.name().equals(NAME));
    }

    @Test
    void composePublishesNoPortForPurges() {
        JsonNode varnish = COMPOSE.service(NAME);
        assertThat(varnish.path("ports").values())
                .extracting(port -> port.path("target").asInt())
                .containsExactly(8070);
        assertThat(varnish.at("/healthcheck/test").toString()).contains("http://127.0.0.1:8070/healthz");
        assertThat(COMPOSE.service("cache-service")
                        .at("/environment/PARLEY_EDGE_VARNISH_URLS")
                        .asString())
                .isEqualTo("http://varnish:8071");
    }

    @Test
    void portsAndAddressesAgreeWithTheImage() {
        assertThat(IMAGE).contains("\"-a\", \"http=:8070\", \"-a\", \"purge=:8071\"");
        assertThat(EDGE.workload(NAME).ports()).containsOnly(Map.entry("http", 8070), Map.entry("purge", 8071));
        assertThat(CHECKOUT.text("edge/container/backend.vcl")).contains(GATEWAY_ADDRESS);
        assertThat(EDGE.workload("gateway-service").ports()).containsEntry("http", 8080);
        assertThat(EDGE.one(Service.class, "gateway-service").getSpec().getClusterIP())
                .as("not headless, because Varnish takes one address only")
                .isNull();
    }

    /** In Compose a gateway that starts again may have another address, and Varnish resolves a name once. */
    @Test
    void theImageFollowsTheAddressOfTheGateway() {
        assertThat(IMAGE)
                .contains("COPY --chmod=0755 docker/health edge/container/follow-gateway"
                        + " edge/container/finish-streams /usr/local/bin/")
                .contains("ENTRYPOINT [\"follow-gateway\", \"varnishd\", \"-F\"")
                .contains("\"-n\", \"/tmp/varnish\"", "\"-f\", \"/etc/varnish/default.vcl\"");
        assertThat(CHECKOUT.path("edge/container/follow-gateway")).isExecutable();
        assertThat(CHECKOUT.text("edge/container/follow-gateway"))
                .contains("directory=/tmp/varnish configuration=/etc/varnish/default.vcl\n", "\nexec \"$@\"\n");
    }

    @Test
    void eachPodIsPurged() {
        assertThat(EDGE.workload("cache-service").sharedConfigMaps())
                .extracting(map -> EDGE.one(ConfigMap.class, map).getData())
                .anySatisfy(settings -> assertThat(settings)
                        .containsEntry("PARLEY_EDGE", NAME)
                        .containsEntry("PARLEY_EDGE_VARNISH_URLS", "http://varnish-pods:8071"));
        var pods = EDGE.one(Service.class, "varnish-pods").getSpec();
        assertThat(pods.getClusterIP()).isEqualTo("None");
        assertThat(pods.getPublishNotReadyAddresses()).isTrue();
        assertThat(pods.getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(8071);
            assertThat(port.getTargetPort()).isEqualTo(new IntOrString("purge"));
        });
    }

    /** The second purge of a withdrawal is 5 s after the first, so both could miss it, and it would keep what it has stored since. */
    @Test
    void aPodGetsNoRequestBeforePurgesReachIt() {
        Duration rememberedByNameServers = Duration.ofSeconds(30);
        assertThat(CHECKOUT.text("cache-service/src/main/java/dev/parley/cache/CacheApplication.java"))
                .as("cache-service itself remembers no address")
                .contains("\"networkaddress.cache.ttl\", \"0\"");
        assertThat(EDGE.workload(NAME).container().getReadinessProbe().getInitialDelaySeconds())
                .isNotNull()
                .isGreaterThan((int) rememberedByNameServers.toSeconds());
    }

    @Test
    void onlyCacheServiceReachesThePortForPurges() {
        var policy = EDGE.one(NetworkPolicy.class, NAME).getSpec();
        assertThat(EDGE.workload(NAME).labels())
                .containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
        assertThat(policy.getIngress())
                .filteredOn(rule -> rule.getPorts().stream()
                        .anyMatch(port -> port.getPort().getStrVal().equals("purge")))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom())
                        .singleElement()
                        .satisfies(from -> assertThat(from.getPodSelector().getMatchLabels())
                                .containsExactly(Map.entry("app.kubernetes.io/name", "cache-service"))));
        assertThat(policy.getIngress())
                .filteredOn(rule -> rule.getFrom().isEmpty())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getPorts())
                        .extracting(port -> port.getPort().getStrVal())
                        .containsExactly("http"));
    }

    @Test
    void probesDoNotDependOnTheGateways() {
        Workload workload = EDGE.workload(NAME);
        var container = workload.container();
        for (var probe : Set.of(container.getStartupProbe(), container.getReadinessProbe())) {
            assertThat(probe.getHttpGet().getPath()).isEqualTo("/healthz");
            assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("http"));
        }
        assertThat(CHECKOUT.text("edge/default.vcl")).contains("if (req.url == \"/healthz\") {");
    }

    /** It would wait for a thread while all of them serve streams, which the restart would end. */
    @Test
    void livenessDoesNotDependOnAFreeThread() {
        assertThat(EDGE.workload(NAME).container().getLivenessProbe().getExec().getCommand())
                .containsExactly("varnishadm", "-n", "/tmp/varnish", "ping");
    }

    @Test
    void deploysAndDrainsCutNoStream() {
        var pod = EDGE.workload(NAME).template().getSpec();
        var preStop = EDGE.workload(NAME)
                .container()
                .getLifecycle()
                .getPreStop()
                .getExec()
                .getCommand();
        assertThat(preStop).hasSize(2).first().isEqualTo("finish-streams");
        assertThat(CHECKOUT.path("edge/container/finish-streams")).isExecutable();
        long longest = Long.parseLong(preStop.getLast());
        assertThat(longest).as("the longest answer").isGreaterThanOrEqualTo(15 * 60);
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(longest);
        assertThat(EDGE.one(Deployment.class, NAME)
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        var budget = EDGE.one(PodDisruptionBudget.class, NAME).getSpec();
        assertThat(budget.getMaxUnavailable()).isEqualTo(new IntOrString(1));
        assertThat(EDGE.workload(NAME).labels())
                .containsAllEntriesOf(budget.getSelector().getMatchLabels());
    }

    /** Else slow readers of some streams would take the room of all others, or the kernel would kill Varnish with its streams. */
    @Test
    void asManyStreamsAsThreadsFitIntoTheStorageAndIntoTheContainer() {
        long stored = number("\"malloc,(\\d+)m\"", IMAGE) * MIB;
        long transientStorage = number("\"Transient=malloc,(\\d+)m\"", IMAGE) * MIB;
        long buffer = number("transit_buffer = (\\d+)KB;", CHECKOUT.text("edge/default.vcl")) * KIB;
        assertThat(transientStorage).isGreaterThanOrEqualTo(STREAMS * (buffer + BEYOND_BUFFER));
        Quantity memory = requireNonNull(
                EDGE.workload(NAME).container().getResources().getLimits().get("memory"));
        assertThat(stored + transientStorage + STREAMS * BESIDE_BUFFER)
                .isLessThanOrEqualTo(memory.getNumericalAmount().longValue())
                .isLessThanOrEqualTo(COMPOSE.service(NAME).path("mem_limit").asLong());
    }

    /** Else streams that the gateways would accept wait for a thread of Varnish. Nothing adds replicas of it. */
    @Test
    void servesWhatTheFewestGatewaysAccept() {
        long gateways = EDGE.one(HorizontalPodAutoscaler.class, "gateway-service")
                .getSpec()
                .getMinReplicas();
        long open = ServiceModule.of(CHECKOUT, "gateway-service")
                .setting("/parley/gateway/answer/open-max")
                .asLong();
        assertThat(EDGE.one(Deployment.class, NAME).getSpec().getReplicas() * STREAMS)
                .isGreaterThanOrEqualTo(gateways * open);
    }

    /** Of the streams that the pods can have. */
    @Test
    void anAlertFiresBeforeVarnishIsFull() {
        assertThat(CHECKOUT.text("k8s/components/edge-alerts/rules.yaml"))
                .contains("> 0.8 * " + STREAMS + " * max(kube_deployment_status_replicas_available{");
    }

    private static long number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void theRouteLeadsToVarnish() {
        assertThat(EDGE.one(HTTPRoute.class, "parley").getSpec().getRules())
                .flatExtracting(rule -> rule.getBackendRefs())
                .singleElement()
                .satisfies(target -> {
                    assertThat(target.getName()).isEqualTo(NAME);
                    assertThat(target.getPort()).isEqualTo(8070);
                });
    }

    /** Profiles are left out of this rendering. */
    @Test
    void composeStartsWithoutIt() {
        assertThat(Tool.COMPOSE.run(CHECKOUT.root(), "config", "--services").lines())
                .contains("gateway-service")
                .doesNotContain(NAME);
    }
}
