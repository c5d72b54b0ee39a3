package dev.parley.localstack.servers;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.TopicProvisioner;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A Kafka broker that is its own controller (KRaft). */
public final class Kafka {
    public static final ProcessName NAME = new ProcessName("kafka", 0);

    /** The name of the step that creates the topics, which follows the start of the broker. */
    public static final String TOPICS = "topics";

    private static final String MAIN = "dev.parley.localstack.kafka.FormattedBroker";

    private Kafka() {}

    /**
     * Its process.
     *
     * @param metricsPort where it exports metrics, if it does
     */
    public static ProcessSpec process(
            Checkout checkout,
            Workspace workspace,
            int port,
            int controllerPort,
            OptionalInt metricsPort,
            Optional<KafkaDetour> detour) {
        Path data = workspace.data(NAME);
        Path settings = data.resolve("broker.properties");
        Path logs = data.resolve("log");
        List<String> options = new ArrayList<>(Jvm.options(
                "-Xms128m",
                "-Xmx512m",
                Jvm.C1_ONLY,
                "-Dlog4j2.configurationFile=" + checkout.kafkaFile("log4j2.xml").toUri()));
        metricsPort.ifPresent(number -> options.add("-javaagent:" + checkout.jmxAgent() + "=127.0.0.1:" + number + ":"
                + checkout.monitoring().resolve("kafka-metrics.yaml")));
        ProcessSpec.Builder process = ProcessSpec.builder(
                        NAME,
                        Jvm.command(
                                options, "-cp", checkout.kafkaClassPath(), MAIN, settings.toString(), logs.toString()),
                        workspace.log(NAME))
                .preparation(() -> {
                    Files.createDirectories(data);
                    Files.writeString(
                            settings,
                            Files.readString(checkout.kafkaFile("broker.properties"))
                                    + settings(logs, port, controllerPort, detour));
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.KAFKA.variable())
                .port(controllerPort, PortName.KAFKA_CONTROLLER.variable());
        metricsPort.ifPresent(number -> process.port(number, PortName.KAFKA_METRICS.variable()));
        return process.build();
    }

    public static String bootstrapServers(int port) {
        return "127.0.0.1:" + port;
    }

    /**
     * Creates and corrects the topics of Parley, as the contracts specify them.
     *
     * @return what was changed
     * @throws IllegalStateException if the broker refuses, or does not answer in time
     */
    public static List<String> provisionTopics(String bootstrapServers, short replicationFactor, Duration timeout) {
        try (Admin admin = admin(bootstrapServers, timeout)) {
            return new TopicProvisioner(admin, replicationFactor).provision();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The topics at " + bootstrapServers + " cannot be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were created", e);
        }
    }

    /** A client that gives up a request after the timeout. */
    static Admin admin(String bootstrapServers, Duration timeout) {
        return Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "local-stack",
                "request.timeout.ms",
                (int) timeout.toMillis(),
                "default.api.timeout.ms",
                (int) timeout.toMillis()));
    }

    private static String settings(Path logs, int port, int controllerPort, Optional<KafkaDetour> detour) {
        String settings = """
                controller.quorum.voters=1@127.0.0.1:%d
                log.dirs=%s
                message.max.bytes=%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d""".formatted(
                controllerPort,
                logs.toString().replace("\\", "\\\\"),
                Topics.all().stream().mapToInt(Topic::recordBytesMax).max().orElseThrow(),
                port,
                controllerPort);
        return settings
                + detour.map(way -> """
                ,DETOUR://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d,DETOUR://127.0.0.1:%d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:PLAINTEXT
                inter.broker.listener.name=PLAINTEXT
                """.formatted(way.port(), port, way.advertisedPort()))
                        .orElse("\n");
    }
}
