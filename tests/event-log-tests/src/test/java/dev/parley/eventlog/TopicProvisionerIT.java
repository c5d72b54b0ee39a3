package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;

/** Provisions a broker on which two topics exist with different partitions and settings. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class TopicProvisionerIT {
    private final Admin admin = Broker.admin();
    private List<String> changes = List.of();

    @BeforeAll
    void provisionABrokerThatHasTwoTopics() throws Exception {
        Broker.empty();
        var smaller = new NewTopic(Topics.DELTAS.name(), 2, (short) 1).configs(Map.of("retention.ms", "1000"));
        var larger = new NewTopic(Topics.COMMANDS.name(), 9, (short) 1).configs(Topics.COMMANDS.settings());
        admin.createTopics(List.of(smaller, larger)).all().get();
        Broker.await(admin, Set.of(Topics.DELTAS.name(), Topics.COMMANDS.name()));

        changes = new TopicProvisioner(admin, (short) 1).provision();
        awaitNoMoreChanges();
    }

    /** Waits, because brokers report changes with a delay. */
    private void awaitNoMoreChanges() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> new TopicProvisioner(admin, (short) 1).provision().isEmpty());
    }

    @AfterAll
    void stop() {
        admin.close();
    }

    @Test
    @Order(1)
    void createsEveryTopicWithItsPartitionsAndSettings() throws Exception {
        for (Topic topic : Topics.all()) {
            assertThat(partitions(topic))
                    .as(topic.name())
                    .isEqualTo(topic.equals(Topics.COMMANDS) ? 9 : topic.partitions());
            Config config = config(topic.name());
            assertThat(topic.settings())
                    .allSatisfy((name, value) -> assertThat(config.get(name).value())
                            .as("%s of %s", name, topic.name())
                            .isEqualTo(value));
        }
    }

    @Test
    @Order(2)
    void reportsItsChanges() {
        assertThat(changes)
                .contains(
                        "created chat.turns with 12 partitions",
                        "grew chat.deltas from 2 to 24 partitions",
                        "set retention.ms of chat.deltas to 7200000")
                .noneMatch(change -> change.contains("chat.commands"));
    }

    @Test
    @Order(3)
    void changesNothingTheSecondTime() throws Exception {
        assertThat(new TopicProvisioner(admin, (short) 1).provision()).isEmpty();
    }

    @Test
    @Order(4)
    void severalCanRunAtOnce() throws Exception {
        admin.deleteTopics(List.of(Topics.TURNS.name(), Topics.REQUESTS.name()))
                .all()
                .get();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<String>>> runs =
                    Collections.nCopies(4, () -> new TopicProvisioner(admin, (short) 1).provision());
            for (var run : threads.invokeAll(runs)) {
                assertThat(run.get()).isNotNull();
            }
        }
        awaitNoMoreChanges();
        assertThat(partitions(Topics.TURNS)).isEqualTo(Topics.TURNS.partitions());
    }

    private int partitions(Topic topic) throws Exception {
        return Optional.ofNullable(admin.describeTopics(List.of(topic.name()))
                        .allTopicNames()
                        .get()
                        .get(topic.name()))
                .orElseThrow()
                .partitions()
                .size();
    }

    private Config config(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Optional.ofNullable(
                        admin.describeConfigs(List.of(resource)).all().get().get(resource))
                .orElseThrow();
    }
}
