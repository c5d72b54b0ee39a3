package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import dev.parley.eventlog.TopicProvisioner;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.nodepool.ProcessRoles;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import tools.jackson.databind.JsonNode;

/** Topics are created by the code of the contracts in every environment. */
final class TopicsJobTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Pattern TOPIC = Pattern.compile("\\bchat\\.[a-z]+(\\.dead)?");
    private static final List<String> COMMAND = List.of(
            "java",
            "-Dslf4j.provider=" + NOP_FallbackServiceProvider.class.getName(),
            "-cp",
            "lib/*",
            TopicProvisioner.class.getName());

    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void kubernetesRunsTheProvisioner(String overlay) {
        Manifests manifests = Manifests.of(CHECKOUT, overlay);
        var job = manifests.workload("topics");
        assertThat(job.container().getCommand()).isEqualTo(COMMAND);
        assertThat(job.container().getArgs())
                .containsExactly("$(PARLEY_KAFKA_BOOTSTRAP_SERVERS)", "$(TOPICS_REPLICATION_FACTOR)");
        assertThat(job.ownVariables())
                .containsExactlyInAnyOrder("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "TOPICS_REPLICATION_FACTOR");
        assertThat(job.container().getImage())
                .isEqualTo(manifests.workload("gateway-service").container().getImage());
    }

    @Test
    void composeRunsTheProvisioner() {
        JsonNode job = Compose.of(CHECKOUT).service("topics");
        assertThat(job.path("entrypoint").values().stream().map(JsonNode::asString))
                .isEqualTo(COMMAND);
        assertThat(job.path("command").values().stream().map(JsonNode::asString))
                .containsExactly("kafka:19092", "1");
    }

    @Test
    void productionToleratesTheLossOfOneBroker() {
        Manifests production = Manifests.of(CHECKOUT, "production");
        int replicationFactor = replicationFactor(production);
        int brokers = production.all(KafkaNodePool.class).stream()
                .filter(pool -> pool.getSpec().getRoles().contains(ProcessRoles.BROKER))
                .mapToInt(pool -> pool.getSpec().getReplicas())
                .sum();
        Object inSync = production
                .one(Kafka.class, "parley")
                .getSpec()
                .getKafka()
                .getConfig()
                .get("min.insync.replicas");
        assertThat(replicationFactor).isLessThanOrEqualTo(brokers);
        assertThat(inSync).isEqualTo(replicationFactor - 1);
    }

    @Test
    void theExporterCoversEveryTopic() {
        Manifests production = Manifests.of(CHECKOUT, "production");
        String watched = production
                .one(Kafka.class, "parley")
                .getSpec()
                .getKafkaExporter()
                .getTopicRegex();
        assertThat(Topics.all()).allSatisfy(topic -> assertThat(topic.name()).matches(watched));
    }

    /** Checks settings, the compose file and the manifests. */
    @Test
    void everyReferencedTopicExists() {
        Set<String> topics = Topics.all().stream().map(Topic::name).collect(Collectors.toSet());
        Set<String> named = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".yaml") || file.endsWith(".yml"))
                .filter(file -> !file.startsWith("libs/contracts/"))
                .flatMap(file -> TOPIC.matcher(CHECKOUT.text(file)).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(named).isNotEmpty().isSubsetOf(topics);
    }

    private static int replicationFactor(Manifests manifests) {
        Stream<ConfigMap> maps = manifests.all(ConfigMap.class).stream();
        return maps.filter(map -> map.getMetadata().getName().startsWith("topics"))
                .map(map -> map.getData().get("TOPICS_REPLICATION_FACTOR"))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
    }
}
