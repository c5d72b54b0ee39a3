package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A conversation with turns from before, during and after its deletion; another tenant has one with the same id. Records of two
 * others were written long after their deletion.
 */
class DeletedTurnsIT extends OnLocalKafka {
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

    @BeforeAll
    void publish() {
        try (Publisher publisher = Publisher.plain(kafka)) {
            change(publisher, "ConversationDeleted.v1", "conv_30", THIRTY_DAYS_BEFORE);
            change(publisher, "ConversationDeleted.v1", "conv_3", THREE_DAYS_BEFORE);
            turn(publisher, "ChatCompleted.v1", CONVERSATION, BEFORE, "acme");
            turn(publisher, "ChatRequested.v1", CONVERSATION, BEFORE, "acme");
            turn(publisher, "ChatCompleted.v1", CONVERSATION, OTHERS, "globex");
            change(publisher, "ConversationRenamed.v1", CONVERSATION, NOON.minusSeconds(1));
            change(publisher, "ConversationDeleted.v1", CONVERSATION, NOON);
            turn(publisher, "ChatCancelled.v1", CONVERSATION, LATE, "acme");
            turn(publisher, "ChatCompleted.v1", CONVERSATION, AFTER, "acme");
            change(publisher, "ConversationRenamed.v1", CONVERSATION, NOON.plusSeconds(1));
            turn(publisher, "ChatCompleted.v1", "conv_3", THREE_DAYS_LATE, "acme");
            turn(publisher, "dead-letter", "conv_30", THIRTY_DAYS_LATE, "acme");
            turn(publisher, "TrialCompleted.v1", "conv_30", THIRTY_DAYS_LATE, "acme");
        }
    }

    private static void change(Publisher publisher, String golden, String conversation, Instant at) {
        publisher.turn(golden, conversation, at, Map.of("ce_time", at.toString(), "ce_tenant", "acme"));
    }

    private static void turn(
            Publisher publisher, String golden, String conversation, String generation, String tenant) {
        publisher.turn(golden, conversation, NOON, Map.of("ce_generation", generation, "ce_tenant", tenant));
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
}
