package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.eventlog.KafkaConnection;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.KafkaAuthorizationSimple;
import io.strimzi.api.kafka.model.kafka.listener.GenericKafkaListener;
import io.strimzi.api.kafka.model.kafka.listener.KafkaListenerAuthenticationScramSha512;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.KafkaUserScramSha512ClientAuthentication;
import io.strimzi.api.kafka.model.user.acl.AclResourcePatternType;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.StrimziAclOperation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In production each program connects to Kafka as a user of its own, which may do what the table of README.md says. */
final class KafkaAccessTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production");

    /** The users of services, by their names in the table. */
    private static final Map<String, String> SERVICES = Map.of(
            "gateway", "gateway-service",
            "inference", "inference-service",
            "cache", "cache-service",
            "persistence", "persistence-worker");

    static Stream<Topic> topics() {
        return Topics.all().stream();
    }

    /** The last one is the pod of the documentation, which an operator runs. */
    static Stream<Workload> clients() {
        return Stream.concat(
                Stream.concat(SERVICES.values().stream(), Stream.of("topics")).map(PRODUCTION::workload),
                Stream.of(Manifests.documented(CHECKOUT).workload("replay")));
    }

    static List<KafkaUser> users() {
        return PRODUCTION.all(KafkaUser.class);
    }

    @ParameterizedTest
    @MethodSource("topics")
    void servicesReadAndWriteWhatTheTableSays(Topic topic) {
        List<String> row = CHECKOUT.text("README.md")
                .lines()
                .filter(line -> line.startsWith("| `" + topic.name() + "` |"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no row for " + topic.name()));
        assertThat(servicesWith(StrimziAclOperation.WRITE, topic)).isEqualTo(services(row.get(5)));
        assertThat(servicesWith(StrimziAclOperation.READ, topic)).isEqualTo(services(row.get(6)));
    }

    private static Set<String> services(String cell) {
        return Stream.of(cell.split(", "))
                .filter(SERVICES::containsKey)
                .map(SERVICES::get)
                .collect(Collectors.toSet());
    }

    private static Set<String> servicesWith(StrimziAclOperation operation, Topic topic) {
        return users().stream()
                .filter(user -> SERVICES.containsValue(user.getMetadata().getName()))
                .filter(user -> rules(user).anyMatch(rule -> allows(rule, operation, topic)))
                .map(user -> user.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static Stream<AclRule> rules(KafkaUser user) {
        return ((KafkaUserAuthorizationSimple) user.getSpec().getAuthorization()).getAcls().stream();
    }

    private static boolean allows(AclRule rule, StrimziAclOperation operation, Topic topic) {
        return rule.getOperations().contains(operation)
                && rule.getResource() instanceof AclRuleTopicResource named
                && (named.getPatternType() == AclResourcePatternType.PREFIX
                        ? topic.name().startsWith(named.getName())
                        : topic.name().equals(named.getName()));
    }

    @ParameterizedTest
    @MethodSource("users")
    void rulesNameExistingTopics(KafkaUser user) {
        assertThat(user.getSpec().getAuthentication()).isInstanceOf(KafkaUserScramSha512ClientAuthentication.class);
        assertThat(user.getMetadata().getLabels()).containsEntry("strimzi.io/cluster", "parley");
        assertThat(rules(user)).isNotEmpty().allSatisfy(rule -> {
            if (rule.getResource() instanceof AclRuleTopicResource) {
                assertThat(Topics.all())
                        .as("topics of %s", rule)
                        .anyMatch(topic -> allows(rule, rule.getOperations().getFirst(), topic));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("clients")
    void eachProgramHasItsOwnLogin(Workload workload) {
        String user = workload.name().equals("replay") ? "operator" : workload.name();
        assertThat(PRODUCTION.one(KafkaUser.class, user)).isNotNull();
        assertThat(workload.secretFiles()).containsEntry(KafkaConnection.variable("sasl.jaas.config"), user);
        assertThat(workload.container().getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("secrets"))
                .singleElement()
                .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/parley/secrets"));
        assertThat(settings(workload))
                .containsEntry(KafkaConnection.variable("security.protocol"), "SASL_SSL")
                .containsEntry(KafkaConnection.variable("sasl.mechanism"), "SCRAM-SHA-512")
                .containsEntry(KafkaConnection.variable("ssl.truststore.type"), "PEM");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void eachProgramTrustsTheAuthorityOfTheCluster(Workload workload) {
        String directory = workload.container().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals("kafka-ca"))
                .map(mount -> mount.getMountPath())
                .findFirst()
                .orElseThrow();
        assertThat(settings(workload))
                .containsEntry(KafkaConnection.variable("ssl.truststore.location"), directory + "/ca.crt");
        assertThat(workload.template().getSpec().getVolumes())
                .filteredOn(volume -> volume.getName().equals("kafka-ca"))
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getSecret().getSecretName()).isEqualTo("parley-cluster-ca-cert"));
    }

    private static Map<String, String> settings(Workload workload) {
        return workload.sharedConfigMaps().stream()
                .flatMap(map -> PRODUCTION.one(ConfigMap.class, map).getData().entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void theBrokersHaveOneListenerWithTlsAndUsers() {
        var spec = PRODUCTION.one(Kafka.class, "parley").getSpec();
        assertThat(spec.getKafka().getAuthorization()).isInstanceOf(KafkaAuthorizationSimple.class);
        assertThat(spec.getEntityOperator().getUserOperator()).isNotNull();
        GenericKafkaListener listener =
                spec.getKafka().getListeners().stream().reduce((_, _) -> null).orElseThrow();
        assertThat(listener.isTls()).isTrue();
        assertThat(listener.getAuth()).isInstanceOf(KafkaListenerAuthenticationScramSha512.class);
        assertThat(clients()).allSatisfy(client -> {
            assertThat(settings(client))
                    .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "parley-kafka-bootstrap:" + listener.getPort());
            assertThat(listener.getNetworkPolicyPeers())
                    .extracting(NetworkPolicyPeer::getPodSelector)
                    .singleElement()
                    .satisfies(selector -> assertThat(client.labels()).containsAllEntriesOf(selector.getMatchLabels()));
        });
    }
}
