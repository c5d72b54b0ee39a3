package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Reachability;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.strimzi.api.kafka.model.kafka.Kafka;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods reach what they need, and nothing else. */
final class NetworkPoliciesTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<Manifests> OVERLAYS = Manifests.all(CHECKOUT);
    private static final Manifests LOCAL = Manifests.of(CHECKOUT, "local");
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production");
    private static final Manifests DOCUMENTED = Manifests.documented(CHECKOUT);
    private static final Set<String> SCRAPED =
            Set.of("gateway-service", "inference-service", "cache-service", "persistence-worker", "mirror");

    /** The callers by server and port, of servers inside the cluster. */
    private static final Map<String, Set<String>> CALLERS = Map.ofEntries(
            Map.entry(
                    "kafka/kafka",
                    Set.of(
                            "gateway-service",
                            "inference-service",
                            "cache-service",
                            "persistence-worker",
                            "topics",
                            "pulse")),
            Map.entry("redis/redis", Set.of("gateway-service", "inference-service", "cache-service")),
            Map.entry("dynamodb-local/dynamodb", Set.of("gateway-service", "persistence-worker")),
            Map.entry("claude-simulator/http", Set.of("gateway-service", "inference-service")),
            Map.entry("gateway-service/management", Set.of("pulse")),
            Map.entry("inference-service/management", Set.of("pulse")),
            Map.entry("cache-service/management", Set.of("pulse")),
            Map.entry("persistence-worker/management", Set.of("pulse")),
            Map.entry("mirror/management", Set.of()),
            Map.entry("pulse/http", Set.of()),
            Map.entry("varnish/purge", Set.of("cache-service")),
            Map.entry("gateway-service/http", Set.of("varnish")));

    static Collection<Manifests> overlays() {
        return OVERLAYS;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void denyByDefault(Manifests overlay) {
        assertThat(overlay.one(NetworkPolicy.class, "deny-ingress").getSpec()).satisfies(policy -> {
            assertThat(policy.getPodSelector()).isEqualTo(new LabelSelector());
            assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
            assertThat(policy.getIngress()).isEmpty();
        });
        assertThat(overlay.one(NetworkPolicy.class, "deny-egress").getSpec().getEgress())
                .isEmpty();
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            assertThat(new Reachability(overlay).policies(workload, "Ingress"))
                    .extracting(policy -> policy.getMetadata().getName())
                    .contains("deny-ingress");
            assertThat(new Reachability(overlay).policies(workload, "Egress"))
                    .extracting(policy -> policy.getMetadata().getName())
                    .contains("deny-egress", "egress-dns");
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void serversAreReachedByTheirCallersOnly(Manifests overlay) {
        Reachability network = new Reachability(overlay);
        Set<String> present = names(overlay, _ -> true);
        CALLERS.forEach((server, callers) -> {
            String[] name = server.split("/", -1);
            if (present.contains(name[0])) {
                Workload target = overlay.workload(name[0]);
                assertThat(names(overlay, caller -> network.permits(caller, target, name[1])))
                        .as("callers of %s in %s", server, overlay)
                        .isEqualTo(callers.stream().filter(present::contains).collect(Collectors.toSet()));
            }
        });
    }

    /** The table above has every server, so that a new one cannot be left out. */
    @ParameterizedTest
    @MethodSource("overlays")
    void everyPortHasItsCallers(Manifests overlay) {
        Set<String> servers = new TreeSet<>();
        for (Workload workload : overlay.workloads()) {
            workload.ports().keySet().forEach(port -> servers.add(workload.name() + "/" + port));
        }
        // Clients come from outside of the cluster.
        servers.remove("varnish/http");
        assertThat(servers).isSubsetOf(CALLERS.keySet());
    }

    /** The document has a table of the policies, by which an operator finds the one to change. */
    @ParameterizedTest
    @MethodSource("overlays")
    void everyPurposeIsInTheDocument(Manifests overlay) {
        List<String> rows = CHECKOUT.text("docs/operations/kubernetes.md")
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
        if (!overlay.equals(LOCAL)) {
            assertThat(overlay.all(NetworkPolicy.class))
                    .extracting(policy -> policy.getMetadata().getName())
                    .filteredOn(name -> !name.startsWith("deny-"))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(rows).anyMatch(row -> row.contains("`" + name + "`")));
        }
    }

    /**
     * Claude is called by inference-service, by gateway-service to count tokens, and by the mirror; DynamoDB by
     * gateway-service and persistence-worker.
     */
    @ParameterizedTest
    @MethodSource("overlays")
    void addressesOutsideAreCalledByThoseThatNeedThem(Manifests overlay) {
        Reachability network = new Reachability(overlay);
        Set<String> expected = overlay.equals(LOCAL)
                ? Set.of()
                : Set.of("inference-service", "gateway-service", "persistence-worker", "mirror");
        assertThat(names(overlay, network::permitsOutside)).isEqualTo(present(overlay, expected));
        if (!overlay.equals(LOCAL)) {
            assertThat(selected(overlay, "egress-claude"))
                    .containsExactlyInAnyOrder("inference-service", "gateway-service");
            assertThat(selected(overlay, "egress-dynamodb"))
                    .containsExactlyInAnyOrder("persistence-worker", "gateway-service");
        }
    }

    /** Credentials of the node and services of the private network are no addresses outside. */
    @Test
    void privateAddressesAreNotCalled() {
        assertThat(PRODUCTION.all(NetworkPolicy.class))
                .flatExtracting(policy -> policy.getSpec().getEgress())
                .flatExtracting(rule -> rule.getTo())
                .extracting(NetworkPolicyPeer::getIpBlock)
                .filteredOn(block -> block != null)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(block.getExcept())
                        .contains("10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"));
    }

    /** The example in the documentation, for the same pods as the policy that permits the Redis in the cluster. */
    @Test
    void aRedisOutsideNeedsThePolicyOfTheDocument() {
        assertThat(DOCUMENTED.one(NetworkPolicy.class, "egress-redis-outside").getSpec())
                .satisfies(policy -> {
                    assertThat(policy.getPodSelector())
                            .isEqualTo(PRODUCTION
                                    .one(NetworkPolicy.class, "egress-redis")
                                    .getSpec()
                                    .getPodSelector());
                    assertThat(policy.getPolicyTypes()).containsExactly("Egress");
                });
    }

    /** The example in the documentation, from the proxies of the Gateway to the backend of the route. */
    @Test
    void proxiesInTheNamespaceNeedThePolicyOfTheDocument() {
        var backend = PRODUCTION
                .one(HTTPRoute.class, "parley")
                .getSpec()
                .getRules()
                .getFirst()
                .getBackendRefs()
                .getFirst();
        assertThat(DOCUMENTED.one(NetworkPolicy.class, "proxies").getSpec()).satisfies(policy -> {
            assertThat(policy.getPodSelector().getMatchLabels())
                    .containsExactly(Map.entry(
                            "gateway.networking.k8s.io/gateway-name",
                            PRODUCTION
                                    .one(Gateway.class, "parley")
                                    .getMetadata()
                                    .getName()));
            assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
            var toBackend = policy.getEgress().getFirst();
            assertThat(toBackend.getTo().getFirst().getPodSelector().getMatchLabels())
                    .containsExactly(Map.entry("app.kubernetes.io/name", backend.getName()));
            assertThat(toBackend.getPorts().getFirst().getPort().getIntVal()).isEqualTo(backend.getPort());
        });
    }

    /** The example in the documentation. Strimzi labels its brokers with this name. */
    @Test
    void thePodOfTheDocumentReachesTheBrokersOnly() {
        int port = PRODUCTION
                .one(Kafka.class, "parley")
                .getSpec()
                .getKafka()
                .getListeners()
                .getFirst()
                .getPort();
        Workload broker = new Workload(
                "kafka",
                podOfStrimzi("kafka")
                        .withNewSpec()
                        .addNewContainer()
                        .withName("kafka")
                        .addNewPort()
                        .withName("tls")
                        .withContainerPort(port)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build());
        Workload replay = DOCUMENTED.workload("replay");
        Reachability network = new Reachability(PRODUCTION);
        assertThat(network.mayCall(replay, broker, "tls")).isTrue();
        assertThat(network.permitsOutside(replay)).isFalse();
        assertThat(PRODUCTION.workloads())
                .isNotEmpty()
                .allSatisfy(other ->
                        assertThat(other.ports().keySet()).noneMatch(name -> network.permits(replay, other, name)));
    }

    /**
     * They call each other and the API server. A policy that permits one more call would forbid all others, if it were the only one to
     * select them.
     */
    @ParameterizedTest
    @MethodSource("overlaysWithStrimzi")
    void podsOfStrimziMayCallAnything(Manifests overlay) {
        Reachability network = new Reachability(overlay);
        assertThat(List.of("kafka", "kafka-exporter", "entity-operator"))
                .allSatisfy(name -> assertThat(network.policies(
                                new Workload(name, podOfStrimzi(name).build()), "Egress"))
                        .extracting(policy -> policy.getMetadata().getName())
                        .isEmpty());
    }

    static List<Manifests> overlaysWithStrimzi() {
        return OVERLAYS.stream()
                .filter(overlay -> !overlay.all(Kafka.class).isEmpty())
                .toList();
    }

    /** With the labels that Strimzi gives the pods of its cluster. */
    private static PodTemplateSpecBuilder podOfStrimzi(String name) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Map.of("app.kubernetes.io/name", name, "strimzi.io/cluster", "parley"))
                .endMetadata();
    }

    /** Strimzi labels its brokers with this name. */
    @Test
    void brokersOfStrimziMayBeCalled() {
        assertThat(PRODUCTION.one(NetworkPolicy.class, "egress-kafka").getSpec().getEgress())
                .singleElement()
                .satisfies(rule -> assertThat(
                                rule.getTo().getFirst().getPodSelector().getMatchLabels())
                        .containsExactly(Map.entry("app.kubernetes.io/name", "kafka")));
    }

    /** One place to change, in the overlay. */
    @ParameterizedTest
    @MethodSource("overlays")
    void onePolicyNamesTheNamespaceOfTheMonitoring(Manifests overlay) {
        assertThat(overlay.all(NetworkPolicy.class))
                .filteredOn(policy -> policy.getSpec().getIngress().stream()
                        .flatMap(rule -> rule.getFrom().stream())
                        .anyMatch(peer -> peer.getNamespaceSelector() != null))
                .singleElement()
                .satisfies(policy -> assertThat(policy.getMetadata().getName()).isEqualTo("scraping"));
        assertThat(selected(overlay, "scraping")).isEqualTo(present(overlay, SCRAPED));
    }

    @Test
    void theOverlaySetsTheNamespaceOfTheMonitoring() {
        assertThat(CHECKOUT.text("k8s/overlays/production/kustomization.yaml"))
                .contains("path: /spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name\n"
                        + "        value: monitoring");
    }

    /** Those that the overlay runs. */
    private static Set<String> present(Manifests overlay, Set<String> workloads) {
        return names(overlay, workload -> workloads.contains(workload.name()));
    }

    private static Set<String> selected(Manifests overlay, String policy) {
        LabelSelector selector =
                overlay.one(NetworkPolicy.class, policy).getSpec().getPodSelector();
        return names(overlay, workload -> Reachability.matches(selector, workload.labels()));
    }

    private static Set<String> names(Manifests overlay, Predicate<Workload> condition) {
        return overlay.workloads().stream()
                .filter(condition)
                .map(Workload::name)
                .collect(Collectors.toSet());
    }
}
