package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Faults of one of three brokers, with every record on all of them and writes that need two. New requests may be rejected
 * while a partition has no leader; none that was accepted is lost.
 */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KafkaClusterSystemTest {
    private static final int BROKERS = 3;
    private static final int ASKED_FIRST = 50;
    private static final long SEED = Long.getLong("parley.faults.seed", new Random().nextInt(1_000_000));
    private static final Random RANDOM = new Random(SEED);
    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().brokers(BROKERS).replicas("gateway-service", 2).replicas("inference-service", 2));
    private static final FaultTable TABLE = FaultRuns.table("Faults of a broker");
    private static final FaultRuns RUNS = new FaultRuns(
            STACK, List.of(new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1))), TABLE, RANDOM);

    @BeforeAll
    static void warmUp() throws Exception {
        awaitReplicas();
        // New processes on two cores have no time yet for many clients at once.
        ChatClient client = new ChatClient(STACK.gateway(0));
        for (int question = 0; question < ASKED_FIRST; question++) {
            client.ask(ChatClient.question());
        }
        RUNS.run("none", 0, () -> {});
    }

    @AfterEach
    void guaranteesHold() throws Exception {
        awaitReplicas();
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        Projection.isTheFoldOfTheLog(STACK);
    }

    @AfterAll
    static void stop() throws IOException {
        System.out.println("The seed was " + SEED);
        TABLE.print();
        STACK.close();
    }

    @Test
    void answersAreWholeWhenABrokerIsKilled() throws Exception {
        ManagedProcess broker = anyBroker();
        RUNS.run("a broker killed and restarted", 1, ContinuousRequests.ANY, () -> {
            broker.crash();
            broker.restart();
        });
    }

    @Test
    void answersAreWholeWhenABrokerIsFrozen() throws Exception {
        ManagedProcess broker = anyBroker();
        RUNS.run(
                "a broker frozen for 15 s",
                1,
                ContinuousRequests.ANY,
                () -> FaultRuns.freeze(broker, Duration.ofSeconds(15)));
    }

    /** The broker first gets a new, small disk, which it fills from the others. */
    @Test
    void answersAreWholeWhenADiskIsFull() throws Exception {
        int number = RANDOM.nextInt(BROKERS);
        ManagedProcess broker = STACK.process("kafka", number);
        Path disk = STACK.data("kafka", number);
        broker.stop();
        run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk.toString());
        try {
            broker.restart();
            awaitReplicas();
            Path filler = disk.resolve("filler");
            RUNS.run("the disk of a broker full", 1, ContinuousRequests.ANY, () -> {
                fill(filler);
                Eventually.value(broker::alive, alive -> !alive);
                Files.delete(filler);
                broker.restart();
            });
            awaitReplicas();
        } finally {
            broker.crash();
            run("umount", "--lazy", disk.toString());
            broker.restart();
        }
    }

    @Test
    void answersAreWholeDuringARollingRestart() throws Exception {
        RUNS.run("all brokers restarted, one after the other", 1, ContinuousRequests.ANY, () -> {
            for (int number = 0; number < BROKERS; number++) {
                STACK.process("kafka", number).stop();
                STACK.process("kafka", number).restart();
                awaitReplicas();
            }
        });
    }

    /** Turns need all brokers meanwhile, everything else two of them. A replica is lost, whose partitions have to be opened. */
    @Test
    void answersAreWholeWhenTurnsCannotBeWritten() throws Exception {
        ManagedProcess broker = anyBroker();
        ManagedProcess replica = STACK.process("inference-service", 0);
        try {
            RUNS.run(
                    "a broker killed while turns need all three, and an inference-service",
                    1,
                    ContinuousRequests.ANY,
                    () -> {
                        requireInSync(Topics.TURNS, BROKERS);
                        broker.crash();
                        replica.crash();
                        replica.restart();
                        FaultRuns.freeze(replica, Duration.ofSeconds(9));
                        broker.restart();
                    });
        } finally {
            requireInSync(Topics.TURNS, 2);
        }
    }

    private static void requireInSync(Topic topic, int replicas) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", STACK.kafka()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("min.insync.replicas", Integer.toString(replicas)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static ManagedProcess anyBroker() {
        return STACK.process("kafka", RANDOM.nextInt(BROKERS));
    }

    /** Until every partition is on all brokers. */
    private static void awaitReplicas() throws Exception {
        List<String> topics = Topics.all().stream().map(Topic::name).toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", STACK.kafka()))) {
            Eventually.value(
                    () -> admin.describeTopics(topics).allTopicNames().get().values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .map(TopicPartitionInfo::isr)
                            .allMatch(replicas -> replicas.size() == BROKERS),
                    all -> all);
        }
    }

    /** Until no byte more can be written. */
    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + ", which needs root")
                .isZero();
    }
}
