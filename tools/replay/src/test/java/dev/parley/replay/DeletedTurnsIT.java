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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A conversation with turns from before, during and after its deletion; another tenant has one with the same id. */
@TestInstance(Lifecycle.PER_CLASS)
class DeletedTurnsIT {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String CONVERSATION = "conv_deleted";
    private static final String BEFORE = generation(NOON.minusSeconds(60));
    private static final String LATE = generation(NOON.minusSeconds(1));
    private static final String AFTER = generation(NOON.plusSeconds(1));
    private static final String OTHERS = generation(NOON.minusSeconds(30));

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
            turn(plain, "ChatCompleted.v1", BEFORE, "acme");
            turn(plain, "ChatRequested.v1", BEFORE, "acme");
            turn(plain, "ChatCompleted.v1", OTHERS, "globex");
            gateway.send(ChangeCodec.encode(new ConversationDeleted(
                            new RequestId("req_1"),
                            new TenantId("acme"),
                            new ConversationId(CONVERSATION),
                            NOON,
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")))
                    .get();
            turn(plain, "ChatCancelled.v1", LATE, "acme");
            turn(plain, "ChatCompleted.v1", AFTER, "acme");
        }
    }

    private static void turn(Publisher publisher, String golden, String generation, String tenant) {
        publisher.turn(golden, CONVERSATION, NOON, Map.of("ce_generation", generation, "ce_tenant", tenant));
    }

    private static String generation(Instant madeAt) {
        return GenerationId.unsigned(Clock.fixed(madeAt, ZoneOffset.UTC), 0).value();
    }

    @Test
    void marksTheTurnsOfADeletedConversation() throws IOException {
        assertThat(marked(lines())).containsExactlyInAnyOrder(BEFORE, LATE);
        assertThat(marked(lines("--since", "2026-11-25T11:59:00Z"))).containsExactlyInAnyOrder(BEFORE, LATE);
    }

    @Test
    void marksTheRequestsOfADeletedConversation() throws IOException {
        assertThat(marked(lines("chat.requests"))).containsExactly(BEFORE);
    }

    @Test
    void omitsThemWithoutDeleted() throws IOException {
        assertThat(generations(lines("--without-deleted", "--type", "ChatCompleted,ChatCancelled")))
                .containsExactlyInAnyOrder(OTHERS, AFTER);
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
        return ReplayCommand.commandLine(Clock.systemUTC(), Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
