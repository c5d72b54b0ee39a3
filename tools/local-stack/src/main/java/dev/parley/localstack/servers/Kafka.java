package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.TopicProvisioner;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** A Kafka broker that is its own controller (KRaft). */
public final class Kafka {
    public static final String PROGRAM = "kafka";

    /** The name of the step that creates the topics, which follows the start of the broker. */
    public static final String TOPICS = "topics";

    private static final String MAIN = "dev.parley.localstack.kafka.FormattedBroker";

    private Kafka() {}

    public static ProcessName broker(int number) {
        return new ProcessName(PROGRAM, number);
    }

    public static boolean isBroker(ProcessName name) {
        return name.name().equals(PROGRAM);
    }

    /** Whether a broker has written the archive of classes that others start with, which one does that ends normally. */
    public static boolean hasClassArchive(Checkout checkout) {
        return Files.exists(checkout.kafkaClassArchive());
    }

    /** One broker of a cluster. */
    public static ProcessSpec process(
            Checkout checkout, Workspace workspace, KafkaCluster cluster, int broker, BrokerSettings more) {
        ProcessName name = broker(broker);
        int port = cluster.ports().get(broker);
        int controllerPort = cluster.controllerPorts().get(broker);
        Path data = workspace.data(name);
        Path settings = data.resolve("broker.properties");
        Path logs = data.resolve("log");
        List<String> options = Jvm.options(
                "-Xms128m",
                "-Xmx512m",
                Jvm.C1_ONLY,
                "-Dlog4j2.configurationFile=" + checkout.kafkaFile("log4j2.xml").toUri());
        if (more.metricsPort().isPresent()) {
            options.add("-javaagent:" + checkout.jmxAgent() + "=127.0.0.1:"
                    + more.metricsPort().getAsInt() + ":"
                    + checkout.monitoring().resolve("kafka-metrics.yaml"));
        } else {
            options.addAll(Jvm.sharedClasses(checkout.kafkaClassArchive()));
        }
        ProcessSpec.Builder process = ProcessSpec.builder(
                        name,
                        Jvm.command(
                                options,
                                "-cp",
                                checkout.kafkaClassPath(),
                                MAIN,
                                settings.toString(),
                                logs.toString(),
                                cluster.id()),
                        workspace.log(name))
                .environment(more.environment())
                // A JVM that is stopped while it starts may crash as it writes its archive of classes, and describes
                // that here.
                .directory(data)
                .preparation(() -> {
                    Files.createDirectories(data);
                    Files.writeString(
                            settings,
                            Files.readString(checkout.kafkaFile("broker.properties"))
                                    + cluster.settings(broker)
                                    + settings(logs, port, controllerPort, more));
                })
                .readiness(ReadinessProbes.of(name, port, port))
                .port(port, PortName.KAFKA.variable())
                .port(controllerPort, PortName.KAFKA_CONTROLLER.variable());
        more.metricsPort().ifPresent(number -> process.port(number, PortName.KAFKA_METRICS.variable()));
        return process.build();
    }

    public static String bootstrapServers(int port) {
        return bootstrapServers(List.of(port));
    }

    public static String bootstrapServers(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(joining(","));
    }

    /**
     * Creates and corrects the topics of Parley, as the contracts specify them.
     *
     * @return what was changed
     * @throws IllegalStateException if the broker refuses, or does not answer in time, or the thread is interrupted
     */
    public static List<String> provisionTopics(KafkaConnection connection, short replicationFactor, Duration timeout) {
        Admin admin = admin(connection, timeout);
        try {
            return new TopicProvisioner(admin, replicationFactor).provision();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The topics at " + connection.bootstrapServers() + " cannot be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were created", e);
        } finally {
            // By default, it would wait for the calls of an interrupted thread.
            admin.close(Duration.ZERO);
        }
    }

    /**
     * Whether a consumer group has committed offsets.
     *
     * @throws IllegalStateException if the broker refuses, or does not answer in time
     */
    public static boolean hasOffsets(KafkaConnection connection, String group, Duration timeout) {
        try (Admin admin = admin(connection, timeout)) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .anyMatch(Objects::nonNull);
        } catch (ExecutionException e) {
            throw unknown("offsets", group, connection, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while offsets were read", e);
        }
    }

    /**
     * Whether a consumer group has members; a process that was killed remains one for its session timeout.
     *
     * @throws IllegalStateException if the broker refuses, or does not answer in time
     */
    public static boolean hasMembers(KafkaConnection connection, String group, Duration timeout) {
        try (Admin admin = admin(connection, timeout)) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .anyMatch(found -> !found.members().isEmpty());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw unknown("members", group, connection, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while members were read", e);
        }
    }

    private static IllegalStateException unknown(
            String what, String group, KafkaConnection connection, ExecutionException cause) {
        return new IllegalStateException(
                "The " + what + " of " + group + " at " + connection.bootstrapServers() + " are unknown: "
                        + cause.getMessage(),
                cause);
    }

    /**
     * A client that gives up a request after the timeout.
     *
     * @throws IllegalArgumentException if no address can be resolved, or a property of the connection is wrong
     */
    static Admin admin(KafkaConnection connection, Duration timeout) {
        int timeoutMs = (int) timeout.toMillis();
        try {
            return Admin.create(connection.client(
                    "local-stack", Map.of("request.timeout.ms", timeoutMs, "default.api.timeout.ms", timeoutMs)));
        } catch (KafkaException e) {
            // Its own message is that no client was made.
            throw new IllegalArgumentException(
                    "Kafka at " + connection.bootstrapServers() + ": " + (e.getCause() == null ? e : e.getCause()), e);
        }
    }

    /** Those of one broker. Without %d, which has the digits of the locale. */
    static String settings(Path logs, int port, int controllerPort, BrokerSettings more) {
        List<KafkaListener> listeners = Stream.concat(Stream.of(KafkaListener.plain(port)), more.listeners().stream())
                .toList();
        return """
                log.dirs=%s
                message.max.bytes=%s
                listeners=CONTROLLER://127.0.0.1:%s,%s
                advertised.listeners=%s
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,%s
                inter.broker.listener.name=PLAINTEXT
                %s""".formatted(
                escaped(logs.toString()),
                Topics.all().stream().mapToInt(Topic::recordBytesMax).max().orElseThrow(),
                controllerPort,
                joined(listeners, listener -> listener.name() + "://127.0.0.1:" + listener.port()),
                joined(listeners, listener -> listener.name() + "://" + listener.bootstrapServers()),
                joined(listeners, listener -> listener.name() + ":" + listener.protocol()),
                listeners.stream().map(KafkaListener::settings).collect(joining()));
    }

    /** A value in a file of properties, which Kafka reads as ISO 8859-1. */
    static String escaped(String value) {
        return value.chars()
                .mapToObj(c -> c < 128 && c != '\\' ? Character.toString(c) : String.format("\\u%04x", c))
                .collect(joining());
    }

    private static String joined(List<KafkaListener> listeners, Function<KafkaListener, String> text) {
        return listeners.stream().map(text).collect(joining(","));
    }
}
