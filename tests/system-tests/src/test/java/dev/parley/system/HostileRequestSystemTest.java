package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests whose trees need many times their size, sent through the gateway, and written to the log as by an older
 * gateway. With the heaps of {@code ./parley up}, no process dies, and other clients are answered.
 */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostileRequestSystemTest {
    private static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");
    private static final int AT_ONCE = 8;
    private static final String HERE = "\"HERE\"";
    private static final int VALUE_BYTES_MAX = 18 * 1024 * 1024;

    private static final SizeLimitedClaude CLAUDE = start();
    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().claude(new ClaudeAddress.Other(CLAUDE.address().toString(), "picky")));
    private static final ChatClient ATTACKER = new ChatClient(STACK.gateway(0));
    private static final TopicReader TOPICS = new TopicReader(STACK.kafka());
    private static final KafkaProducer<String, byte[]> PRODUCER = new KafkaProducer<>(
            Map.of("bootstrap.servers", STACK.kafka(), "max.request.size", VALUE_BYTES_MAX),
            new StringSerializer(),
            new ByteArraySerializer());

    private Map<String, Long> pids = Map.of();
    private ChatClient otherClient = ATTACKER;

    private static SizeLimitedClaude start() {
        try {
            return new SizeLimitedClaude();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void recordProcessIds() throws Exception {
        pids = pids();
        otherClient = IssuedKey.with(STACK, Map.of("usd_per_day", 100)).at(0);
        assertAnswered(otherClient);
    }

    @AfterEach
    void noProcessRestarted() throws Exception {
        for (int i = 0; i < Topics.REQUESTS.partitions(); i++) {
            assertAnswered(otherClient);
        }
        assertThat(pids()).isEqualTo(pids);
        for (String service : SERVICES) {
            assertThat(Files.readString(STACK.process(service, 0).log()))
                    .as(service)
                    .doesNotContain("OutOfMemoryError");
        }
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        try {
            PRODUCER.close();
            DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        } finally {
            STACK.close();
            CLAUDE.close();
        }
    }

    @Test
    void survivesObjectsOverTheGateway() throws Exception {
        survives("objects", HostileBodies.objects());
    }

    @Test
    void survivesVariantsOverTheGateway() throws Exception {
        for (Map.Entry<String, byte[]> body : HostileBodies.variants().entrySet()) {
            survives(body.getKey(), body.getValue());
        }
    }

    /** Sends eight at once, while another client is answered. */
    private void survives(String name, byte[] body) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(
                        threads.submit(() -> ATTACKER.send("POST", "/v1/messages", body, "x-api-key", LocalStack.KEY)));
            }
            double slowest = 0;
            while (!answers.stream().allMatch(Future::isDone)) {
                long sentAt = System.nanoTime();
                assertAnswered(otherClient);
                slowest = Math.max(slowest, (System.nanoTime() - sentAt) / 1e6);
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
            System.out.printf("%s: %s; other clients waited at most %.0f ms%n", name, statuses, slowest);
            assertThat(statuses).as(name).isSubsetOf(400, 429, 529);
        }
    }

    @Test
    void survivesRequestsOnTheLog() throws Exception {
        ChatRequested good = request(assertAnswered(otherClient));
        List<String> generations = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            generations.add(put(good, HostileBodies.objects()));
        }
        for (byte[] body : HostileBodies.variants().values()) {
            generations.add(put(good, body));
        }
        Eventually.value(() -> stored(generations), count -> count == generations.size());
        assertThat(generations)
                .allSatisfy(
                        generation -> assertThat(TOPICS.with(Topics.TURNS.name(), CloudEvent.GENERATION, generation))
                                .hasSize(1));
    }

    @Test
    void survivesTurnsOnTheLog() throws Exception {
        ConsumerRecord<String, byte[]> good =
                TOPICS.await(Topics.TURNS.name(), assertAnswered(otherClient).generation());
        List<String> generations = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            generations.add(fail(good, HostileBodies.objects()));
        }
        for (byte[] body : HostileBodies.variants().values()) {
            generations.add(fail(good, body));
        }
        Eventually.value(() -> stored(generations), count -> count == generations.size());
    }

    private static Answer assertAnswered(ChatClient chat) throws Exception {
        Answer answer = chat.ask(ChatClient.question("")).succeeded();
        assertThat(answer.text()).isEqualTo(SizeLimitedClaude.ANSWER);
        return answer;
    }

    private static Map<String, Long> pids() {
        Map<String, Long> pids = new HashMap<>();
        SERVICES.forEach(
                service -> pids.put(service, STACK.process(service, 0).running().pid()));
        return pids;
    }

    private static ChatRequested request(Answer answer) throws Exception {
        ConsumerRecord<String, byte[]> found = TOPICS.await(Topics.REQUESTS.name(), answer.generation());
        return RequestCodec.decodeChatRequested(found.headers(), found.value());
    }

    /** Writes a request to the log, as a gateway does. */
    private static String put(ChatRequested good, byte[] body) throws Exception {
        ChatRequested hostile = new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), good.reply().partition()),
                ConversationId.next(Clock.systemUTC()),
                good.tenant(),
                good.user(),
                good.key(),
                good.model(),
                good.permittedModels(),
                good.streaming(),
                anyFingerprint(),
                good.cachePolicy(),
                Optional.empty(),
                Optional.empty(),
                good.reply(),
                Clock.systemUTC().instant(),
                Clock.systemUTC().instant(),
                good.anthropicVersion(),
                good.anthropicBeta(),
                good.traceparent(),
                body);
        PRODUCER.send(RequestCodec.encode(hostile)).get(20, TimeUnit.SECONDS);
        return hostile.generation().value();
    }

    private static Fingerprint anyFingerprint() {
        byte[] digest = new byte[32];
        new SecureRandom().nextBytes(digest);
        return new Fingerprint(HexFormat.of().formatHex(digest));
    }

    /** Writes a failed turn of this request to the log. */
    private static String fail(ConsumerRecord<String, byte[]> good, byte[] request) throws Exception {
        ObjectNode turn = (ObjectNode) JsonMapper.shared().readTree(good.value());
        EventHeaders old = new EventHeaders(good.headers());
        GenerationId generation = GenerationId.unsigned(
                Clock.systemUTC(), new GenerationId(old.require(CloudEvent.GENERATION)).deltaPartition());
        turn.put("generation", generation.value()).put("request", "HERE");
        turn.putObject("error")
                .put("status", 400)
                .put("type", "invalid_request_error")
                .put("message", "messages.0: unexpected");
        String text = turn.toString();
        byte[] begin = text.substring(0, text.indexOf(HERE)).getBytes(UTF_8);
        byte[] end = text.substring(text.indexOf(HERE) + HERE.length()).getBytes(UTF_8);
        byte[] value = ByteBuffer.allocate(begin.length + request.length + end.length)
                .put(begin)
                .put(request)
                .put(end)
                .array();
        RecordHeaders headers = new RecordHeaders(good.headers().toArray());
        headers.remove(TurnCodec.FRAMES);
        change(headers, CloudEvent.TYPE, TurnCodec.CHAT_FAILED);
        change(headers, CloudEvent.ID, generation.value());
        change(headers, CloudEvent.GENERATION, generation.value());
        change(headers, DeliveryGuarantees.EXCLUDED, "without a request");
        PRODUCER.send(new ProducerRecord<>(good.topic(), null, good.key(), value, headers))
                .get(20, TimeUnit.SECONDS);
        return generation.value();
    }

    private static void change(RecordHeaders headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }

    /** The number of these turns that persistence-worker has logged as stored. */
    private static long stored(List<String> generations) throws IOException {
        List<String> lines = ServiceLogLines.of(STACK, "persistence-worker").lines().stream()
                .filter(line -> line.contains("Stored the turn"))
                .toList();
        return generations.stream()
                .filter(generation -> lines.stream().anyMatch(line -> line.contains(generation)))
                .count();
    }
}
