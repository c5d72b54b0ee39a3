package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.TopicProvisioner;
import dev.parley.eventlog.TopicsWait;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.nodepool.ProcessRoles;
import java.util.List;
import java.util.Map;
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

    /** By the table of topics in the README, which names the services shortly. */
    private static final Map<String, List<String>> USED_BY = Stream.of(
                    "gateway-service", "inference-service", "cache-service", "persistence-worker")
            .collect(Collectors.toMap(service -> service, TopicsJobTest::usedBy));

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
        assertThat(job.variables(manifests))
                .filteredOn(variable -> !variable.startsWith(KafkaConnection.PREFIX))
                .containsExactlyInAnyOrder("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "TOPICS_REPLICATION_FACTOR");
        assertThat(job.container().getImage())
                .isEqualTo(manifests.workload("gateway-service").container().getImage());
    }

    /** A Job cannot be changed: its name has the version, and its template no name that changes with a setting. */
    @ParameterizedTest
    @ValueSource(strings = {"production", "production-edge", "production-aws", "production-mirror", "production-pulse"})
    void anUpgradeIsANewJob(String overlay) {
        Manifests manifests = Manifests.of(CHECKOUT, overlay);
        String image = manifests.workload("topics").container().getImage();
        assertThat(image).contains(":");
        assertThat(manifests.all(Job.class))
                .singleElement()
                .satisfies(job -> assertThat(job.getMetadata().getName())
                        .isEqualTo("topics-" + image.substring(image.indexOf(':') + 1)));
        assertThat(manifests.workload("topics").sharedConfigMaps()).containsExactly("topics");
        assertThat(manifests.workload("topics").container().getEnv()).isEmpty();
    }

    /** For changes within a version. A finished Job that is deleted would be applied again by GitOps. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void gitOpsReplacesTheJob(String overlay) {
        assertThat(Manifests.of(CHECKOUT, overlay).all(Job.class))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.getMetadata().getAnnotations())
                            .containsEntry("argocd.argoproj.io/sync-options", "Replace=true,Force=true")
                            .containsEntry("kustomize.toolkit.fluxcd.io/force", "enabled");
                    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isNull();
                });
    }

    /** A Job that has failed is not started again. A first installation waits for the brokers, however long they take. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void attemptsAreBoundedAndNotTheirTime(String overlay) {
        assertThat(Manifests.of(CHECKOUT, overlay).all(Job.class))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.getSpec().getActiveDeadlineSeconds()).isNull();
                    assertThat(job.getSpec().getBackoffLimit()).isPositive();
                });
    }

    /** Else the name does not resolve while the broker starts, so each attempt of the Job fails at once. */
    @Test
    void theNameOfTheLocalBrokerResolvesBeforeItIsReady() {
        var service =
                Manifests.of(CHECKOUT, "local").one(Service.class, "kafka").getSpec();
        assertThat(service.getClusterIP()).isEqualTo("None");
        assertThat(service.getPublishNotReadyAddresses()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void podsWaitForTheTopicsThatTheirServiceUses(String overlay) {
        Manifests manifests = Manifests.of(CHECKOUT, overlay);
        assertThat(USED_BY).allSatisfy((service, topics) -> {
            var workload = manifests.workload(service);
            assertThat(workload.template().getSpec().getInitContainers())
                    .singleElement()
                    .satisfies(wait -> {
                        assertThat(wait.getImage())
                                .isEqualTo(workload.container().getImage());
                        assertThat(wait.getCommand()).last().isEqualTo(TopicsWait.class.getName());
                        assertThat(wait.getArgs()).first().isEqualTo("$(PARLEY_KAFKA_BOOTSTRAP_SERVERS)");
                        assertThat(wait.getArgs().subList(1, wait.getArgs().size()))
                                .containsExactlyInAnyOrderElementsOf(topics);
                    });
        });
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

    private static List<String> usedBy(String service) {
        String shortName = service.replaceFirst("-.*", "");
        return CHECKOUT.text("README.md")
                .lines()
                .filter(line -> line.startsWith("| `chat."))
                .map(line -> line.split("\\|"))
                .filter(row ->
                        row[5].contains(shortName) || row[6].contains(shortName) || row[5].contains("each reader"))
                .flatMap(row -> TOPIC.matcher(row[1]).results().map(MatchResult::group))
                .filter(topic -> !topic.endsWith(".dead") || readsSourceOf(topic, shortName))
                .toList();
    }

    /** Dead letters are written by the readers of the topic that have a consumer group. */
    private static boolean readsSourceOf(String deadTopic, String shortName) {
        return switch (deadTopic) {
            case "chat.requests.dead" -> shortName.equals("inference");
            case "chat.turns.dead" -> shortName.equals("cache") || shortName.equals("persistence");
            default -> throw new IllegalArgumentException("no readers are known of the source of " + deadTopic);
        };
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
