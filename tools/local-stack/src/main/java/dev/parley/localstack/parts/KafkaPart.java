package dev.parley.localstack.parts;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Kafka broker that is its own controller (KRaft). */
public final class KafkaPart {
    public static final PartName NAME = new PartName("kafka", 0);

    private static final String MAIN = "dev.parley.localstack.kafka.FormattedBroker";

    private KafkaPart() {}

    /** The plan of a broker whose clients use the first port; the second one is its controller's. */
    public static PartPlan plan(
            Checkout checkout, Workspace workspace, int port, int controllerPort, Optional<KafkaDetour> detour) {
        Path directory = workspace.data(NAME);
        Path settings = directory.resolve("broker.properties");
        List<String> flags = new ArrayList<>(Jvm.COMMON);
        flags.add(Jvm.COMPILED_QUICKLY);
        flags.addAll(List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC"));
        flags.add("-Dlog4j2.configurationFile=" + checkout.kafkaLogging().toUri());
        return new PartPlan(
                NAME,
                Jvm.command(flags, checkout.kafkaClassPath(), MAIN, settings.toString()),
                Map.of(),
                PartPlan.SECRETS,
                workspace.log(NAME),
                () -> write(
                        settings,
                        settings(directory, port, controllerPort)
                                + detour.map(way -> listeners(port, controllerPort, way))
                                        .orElse("")),
                PartReadiness.kafka(port),
                Duration.ofSeconds(60),
                false);
    }

    public static String bootstrapServers(int port) {
        return "127.0.0.1:" + port;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** In the place of the listeners above. */
    private static String listeners(int port, int controllerPort, KafkaDetour detour) {
        return """
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,DETOUR://127.0.0.1:%3$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,DETOUR://127.0.0.1:%4$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:PLAINTEXT
                inter.broker.listener.name=PLAINTEXT
                """.formatted(port, controllerPort, detour.port(), detour.advertisedPort());
    }

    private static String settings(Path directory, int port, int controllerPort) {
        int recordBytesMax =
                Topics.all().stream().mapToInt(Topic::recordBytesMax).max().orElseThrow();
        return """
                process.roles=broker,controller
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                controller.quorum.voters=1@127.0.0.1:%2$d
                log.dirs=%3$s
                auto.create.topics.enable=false
                message.max.bytes=%4$d

                # One broker has one copy of everything.
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1

                # As many threads as a small machine has use for: each more is one more to wake.
                num.network.threads=1
                num.io.threads=2

                # Groups form at once and notice a dead member within the session of a few seconds that it asked for.
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=1000

                # After a crash the controller lets the broker in again when its old session is over.
                broker.session.timeout.ms=3000
                broker.heartbeat.interval.ms=500

                # A dead producer's transaction ends soon after its own timeout, and readers of committed records go on.
                transaction.abort.timed.out.transaction.cleanup.interval.ms=1000

                # Small: few partitions for what Kafka keeps itself, little memory for compaction.
                offsets.topic.num.partitions=4
                transaction.state.log.num.partitions=4
                share.coordinator.state.topic.num.partitions=4
                log.cleaner.dedupe.buffer.size=8388608
                """.formatted(
                port, controllerPort, directory.resolve("log").toString().replace("\\", "\\\\"), recordBytesMax);
    }
}
