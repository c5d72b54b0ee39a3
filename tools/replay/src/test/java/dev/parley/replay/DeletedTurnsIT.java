package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A conversation with turns from before, during and after its deletion; another tenant has one with the same id. Records of two
 * others were written long after their deletion.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DeletedTurnsIT {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String TURNS = "--type=ChatCompleted,ChatCancelled";
    private static final String CONVERSATION = "conv_deleted";
    private static final String BEFORE = generation(NOON.minusSeconds(60));
    private static final String LATE = generation(NOON.minusSeconds(1));
    private static final String AFTER = generation(NOON.plusSeconds(1));
    private static final String OTHERS = generation(NOON.minusSeconds(30));
    private static final Instant THREE_DAYS_BEFORE = NOON.minus(Duration.ofDays(3));
    private static final Instant THIRTY_DAYS_BEFORE = NOON.minus(Duration.ofDays(30));
    private static final String THREE_DAYS_LATE = generation(THREE_DAYS_BEFORE.minusSeconds(1));
    private static final String THIRTY_DAYS_LATE = generation(THIRTY_DAYS_BEFORE.minusSeconds(1));
    private static final String SINCE = "2026-11-25T11:59:00Z";

    private final String kafka = SharedKafka.withEmptyTopics();
    private final StringWriter errors = new StringWriter();
    private int files;

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    void publish() throws Exception {
        try (Publisher plain = Publisher.plain(kafka);
                KafkaProducer<String, byte[]> gateway = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer())) {
            delete(gateway, "conv_30", THIRTY_DAYS_BEFORE);
            delete(gateway, "conv_3", THREE_DAYS_BEFORE);
            turn(plain, "ChatCompleted.v1", BEFORE, "acme");
            turn(plain, "ChatRequested.v1", BEFORE, "acme");
            turn(plain, "ChatCompleted.v1", OTHERS, "globex");
            renamed(plain, NOON.minusSeconds(1));
            delete(gateway, CONVERSATION, NOON);
            turn(plain, "ChatCancelled.v1", LATE, "acme");
            turn(plain, "ChatCompleted.v1", AFTER, "acme");
            renamed(plain, NOON.plusSeconds(1));
            late(plain, "ChatCompleted.v1", "conv_3", THREE_DAYS_LATE);
            late(plain, "dead-letter", "conv_30", THIRTY_DAYS_LATE);
            late(plain, "TrialCompleted.v1", "conv_30", THIRTY_DAYS_LATE);
        }
    }

    private static void delete(KafkaProducer<String, byte[]> gateway, String conversation, Instant at)
            throws Exception {
        ProducerRecord<String, byte[]> deletion = ChangeCodec.encode(new ConversationDeleted(
                new RequestId("req_1"),
                new TenantId("acme"),
                new ConversationId(conversation),
                at,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        gateway.send(new ProducerRecord<>(
                        deletion.topic(),
                        null,
                        at.toEpochMilli(),
                        deletion.key(),
                        deletion.value(),
                        deletion.headers()))
                .get();
    }

    private static void renamed(Publisher publisher, Instant at) {
        publisher.turn(
                "ConversationRenamed.v1", CONVERSATION, at, Map.of("ce_time", at.toString(), "ce_tenant", "acme"));
    }

    private static void late(Publisher publisher, String golden, String conversation, String generation) {
        publisher.turn(golden, conversation, NOON, Map.of("ce_generation", generation, "ce_tenant", "acme"));
    }

    private static void turn(Publisher publisher, String golden, String generation, String tenant) {
        publisher.turn(golden, CONVERSATION, NOON, Map.of("ce_generation", generation, "ce_tenant", tenant));
    }

    private static String generation(Instant madeAt) {
        return GenerationId.unsigned(Clock.fixed(madeAt, ZoneOffset.UTC), 0).value();
    }

    @Test
    void marksTheTurnsOfADeletedConversation() throws IOException {
        assertThat(marked(lines(TURNS))).containsExactlyInAnyOrder(BEFORE, LATE, THREE_DAYS_LATE);
        // Only the deletions of the last hour before are looked for.
        assertThat(marked(lines(TURNS, "--since", SINCE))).containsExactlyInAnyOrder(BEFORE, LATE);
    }

    @Test
    void omitsRecordsThatWereWrittenLongAfterTheDeletion() throws IOException {
        assertThat(generations(lines(TURNS, "--since", SINCE, "--without-deleted")))
                .containsExactlyInAnyOrder(OTHERS, AFTER);
        assertThat(lines("chat.turns.dead")).hasSize(1);
        assertThat(lines("chat.turns.dead", "--since", SINCE, "--without-deleted"))
                .isEmpty();
        assertThat(lines("chat.trials")).hasSize(1);
        assertThat(lines("chat.trials", "--since", SINCE, "--without-deleted")).isEmpty();
    }

    @Test
    void omitsTheTitlesOfADeletedConversation() throws IOException {
        assertThat(lines("--type", "ConversationRenamed")).hasSize(2);
        assertThat(lines("--type", "ConversationRenamed", "--without-deleted"))
                .singleElement()
                .satisfies(line -> assertThat(line.at("/attributes/time").stringValue())
                        .isEqualTo(NOON.plusSeconds(1).toString()));
        assertThat(lines("--type", "ConversationDeleted", "--without-deleted")).hasSize(3);
    }

    @Test
    void marksTheRequestsOfADeletedConversation() throws IOException {
        assertThat(marked(lines("chat.requests"))).containsExactly(BEFORE);
    }

    @Test
    void omitsThemWithoutDeleted() throws IOException {
        assertThat(generations(lines("--without-deleted", TURNS))).containsExactlyInAnyOrder(OTHERS, AFTER);
        assertThat(lines("chat.requests", "--without-deleted")).isEmpty();
    }

    @Test
    void marksThemInCsv() throws IOException {
        List<String> rows = Files.readAllLines(write("--format", "csv"));
        assertThat(rows.getFirst()).contains(",deleted,");
        assertThat(rows).filteredOn(row -> row.contains(BEFORE)).allMatch(row -> row.contains(",true,"));
    }

    @Test
    void rejectsWithoutDeletedForDeltas() {
        assertThat(run("chat.deltas", "--without-deleted")).isEqualTo(2);
        assertThat(errors.toString()).contains("--without-deleted is for chat.turns");
    }

    private static List<String> marked(List<JsonNode> lines) {
        return generations(lines.stream()
                .filter(line -> line.path("deleted").booleanValue(false))
                .toList());
    }

    private static List<String> generations(List<JsonNode> lines) {
        return lines.stream()
                .map(line -> line.at("/attributes/generation").stringValue())
                .toList();
    }

    private List<JsonNode> lines(String... arguments) throws IOException {
        return Files.readAllLines(write(arguments)).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private Path write(String... arguments) {
        Path file = folder.resolve("replay-" + files++);
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("-o", file.toString()));
        assertThat(run(all.toArray(String[]::new))).as(errors.toString()).isZero();
        return file;
    }

    private int run(String... arguments) {
        return ReplayCommand.commandLine(Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
