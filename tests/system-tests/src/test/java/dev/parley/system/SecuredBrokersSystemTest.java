package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.servers.Kafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The system with secured stores: SASL_SSL and a user for each service at Kafka, TLS and a user at Redis. The users at Kafka have
 * the rights of the production overlay.
 */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SecuredBrokersSystemTest {
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private static SecuredStack secured;
    private static ChatClient chat;

    @BeforeAll
    static void start() throws Exception {
        secured = SecuredStack.start(directory);
        chat = new ChatClient(secured.stack().gateway(0));
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            DeliveryGuarantees.eachRequestHasOneTurn(secured.stack());
            nothingWasRefusedAndNoSecretIsLogged();
        } finally {
            secured.close();
        }
    }

    private static void nothingWasRefusedAndNoSecretIsLogged() throws IOException {
        for (String service : SecuredStack.SERVICES) {
            assertThat(Files.readString(secured.stack().process(service, 0).log()))
                    .doesNotContain("AuthorizationException", "NOPERM", "NOAUTH", secured.redisPassword())
                    .doesNotContain(secured.users().passwords().getOrDefault(service, ""));
        }
    }

    @Test
    void aChatIsAnsweredResumedCachedAndStored() throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        ObjectNode question = ChatClient.question(LongAnswer.SLOWLY);
        StreamedAnswer before =
                chat.read(question, "x-parley-conversation", conversation).untilCharacters(100);
        before.close();
        String events = before.eventsPath();
        try (StreamedAnswer rest =
                        chat.readAt(events, "last-event-id", before.lastId()).toTheEnd();
                StreamedAnswer all = chat.readAt(events).toTheEnd()) {
            assertThat(before.events() + rest.events()).isEqualTo(all.events());
            assertThat(all.text()).isEqualTo(LongAnswer.TEXT);
        }

        assertThat(chat.askUntilCached(question).text()).isEqualTo(LongAnswer.TEXT);
        assertThat(chat.awaitStored(conversation).body()).contains(before.generation());
    }

    /** Uses the rights that a plain chat does not need: keys, limits, commands, deletions. */
    @Test
    void keysAreIssuedAnswersCancelledAndConversationsDeleted() throws Exception {
        IssuedKey key = IssuedKey.with(secured.stack(), Map.of("usd_per_day", 100));
        ChatClient client = key.at(0);
        Answer answer = Eventually.value(() -> client.ask(ChatClient.question()), asked -> asked.status() == 200);
        Eventually.value(() -> key.spending("today"), spent -> spent.signum() > 0);

        try (StreamedAnswer reading =
                client.read(ChatClient.question(LongAnswer.SLOWLY)).untilCharacters(50)) {
            assertThat(client.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
            assertThat(new TurnEvents(secured.stack()).of(reading.generation())).isInstanceOf(Turn.ChatCancelled.class);
        }

        String conversation = answer.header("x-parley-conversation");
        client.awaitStored(conversation);
        assertThat(client.delete("/v1/conversations/" + conversation).status()).isIn(200, 202);
        assertThat(client.get("/v1/conversations/" + conversation).status()).isEqualTo(404);
    }

    @Test
    void theKeyForClaudeIsReplacedWithoutARestart() throws Exception {
        for (String service : List.of("gateway-service", "inference-service")) {
            Files.writeString(directory.resolve(service).resolve(SecuredStack.CLAUDE_KEY), "second");
            Eventually.value(
                    () -> ServiceLogLines.of(secured.stack(), service).with("The key for Claude has changed"),
                    lines -> !lines.isEmpty());
        }
        assertThat(chat.ask(ChatClient.question()).status()).isEqualTo(200);
    }

    @Test
    void theTopicsJobAndTheToolsConnectAsUsersOfTheirOwn() throws Exception {
        KafkaConnection job = secured.connection(secured.users().login("topics"));
        assertThat(Kafka.provisionTopics(job, (short) 1, REFUSED_WITHIN)).isEmpty();

        chat.ask(ChatClient.question());
        assertThat(replay("analyst", "chat.turns")).contains("dev.parley.ChatCompleted.v1");
        assertThat(replay("persistence-worker", "chat.keys")).contains("there is no topic chat.keys");

        ChatClient pulse = new ChatClient(secured.stack().pulse());
        Eventually.value(() -> pulse.get("/pulse/snapshot"), read -> read.body().contains("persistence-worker"));
    }

    private static String replay(String user, String topic) throws IOException, InterruptedException {
        JavaProgram replay = JavaProgram.ofTool("replay", directory, secured.variablesOf(user));
        replay.run(topic);
        return replay.printed();
    }

    static Stream<String> users() throws IOException {
        return KafkaUsers.ofProduction().names().stream().sorted();
    }

    /** What the broker itself says that a user may do, against the manifest. */
    @ParameterizedTest
    @MethodSource("users")
    void theBrokerAllowsWhatTheManifestSays(String user) throws Exception {
        try (Admin admin =
                Admin.create(secured.connection(secured.users().login(user)).client(user, Map.of()))) {
            for (Topic topic : Topics.all()) {
                assertThat(allowed(admin, topic.name()))
                        .as("%s on %s", user, topic.name())
                        .isEqualTo(Stream.of(AclOperation.READ, AclOperation.WRITE)
                                .filter(operation -> secured.users().allows(user, operation, topic.name()))
                                .toList());
            }
        }
    }

    private static List<AclOperation> allowed(Admin admin, String topic) throws InterruptedException {
        try {
            Set<AclOperation> operations = admin
                    .describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .values()
                    .stream()
                    .flatMap(described -> described.authorizedOperations().stream())
                    .collect(Collectors.toSet());
            return Stream.of(AclOperation.READ, AclOperation.WRITE)
                    .filter(operations::contains)
                    .toList();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return List.of();
        }
    }

    /** The credentials of each service, in a client that tries what the service must not do. */
    @ParameterizedTest
    @MethodSource("services")
    void refusesWhatAServiceMustNotReadOrWrite(String service) {
        KafkaConnection connection = secured.connection(secured.users().login(service));
        for (Topic topic : Topics.all()) {
            if (!secured.users().allows(service, AclOperation.READ, topic.name())) {
                assertThatThrownBy(() -> read(connection, topic.name()))
                        .as("%s reads %s", service, topic.name())
                        .isInstanceOf(TopicAuthorizationException.class);
            }
            if (!secured.users().allows(service, AclOperation.WRITE, topic.name())) {
                assertThatThrownBy(() -> write(connection, topic.name()))
                        .as("%s writes %s", service, topic.name())
                        .isInstanceOf(ExecutionException.class)
                        // Of the topic; of the cluster for a user that may write nowhere.
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    static List<String> services() {
        return SecuredStack.SERVICES;
    }

    private static void read(KafkaConnection connection, String topic) {
        try (var consumer = new KafkaConsumer<>(
                connection.client("intruder", Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            Instant deadline = Instant.now().plus(REFUSED_WITHIN);
            while (Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200));
            }
        }
    }

    private static void write(KafkaConnection connection, String topic)
            throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(
                connection.client("intruder", Map.of("max.block.ms", (int) REFUSED_WITHIN.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var _ = producer.send(new ProducerRecord<>(topic, 0, null, "intrusion".getBytes(UTF_8)))
                    .get();
        }
    }

    @Test
    void refusesAWrongPassword() {
        KafkaConnection wrong = secured.connection(KafkaUsers.login("gateway-service", "wrong"));
        assertThatThrownBy(() -> read(wrong, Topics.TURNS.name())).isInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void redisRefusesClientsWithoutAUserOrWithoutTrust() throws IOException {
        int plain = Integer.parseInt(secured.stack().redis().replaceFirst(".*:", ""));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain)) {
            assertThat(command(socket, "GET parley:answer:v1:x")).startsWith("-NOPERM");
            assertThat(command(socket, "AUTH parley wrong")).startsWith("-WRONGPASS");
        }
        try (Socket socket =
                SSLSocketFactory.getDefault().createSocket(InetAddress.getLoopbackAddress(), secured.redisPort())) {
            assertThatThrownBy(() -> command(socket, "PING")).isInstanceOf(SSLException.class);
        }
    }

    private static String command(Socket socket, String command) throws IOException {
        socket.setSoTimeout((int) REFUSED_WITHIN.toMillis());
        socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
