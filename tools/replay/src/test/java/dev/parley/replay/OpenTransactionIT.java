package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.replay.DeletionMeanwhileIT.Meanwhile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A committed turn before a transaction that is open, and records behind it on the same partition. */
class OpenTransactionIT extends OnLocalKafka {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private final Publisher plain = Publisher.plain(kafka);
    private final Publisher open = Publisher.transactional(kafka, "open");
    private int conversations;
    private String conversation = "";

    @Override
    Map<String, String> environment() {
        return Meanwhile.environment(kafka);
    }

    @BeforeEach
    void begin() {
        conversation = "conv_" + conversations++;
        plain.turn("ChatCompleted.v1", conversation, NOON, Map.of());
        open.begin();
        open.turn("ChatFailed.v1", conversation, NOON, Map.of());
    }

    @AfterEach
    void end() {
        open.abort();
    }

    @Test
    void readsRecordsOfOpenTransactionsOnRequest() throws IOException {
        assertThat(lines("--uncommitted", "--conversation", conversation)).hasSize(2);
    }

    @Test
    void waitsForTheTurnsBehindATransactionThatEnds() throws IOException {
        plain.turn("ChatCancelled.v1", conversation, NOON, Map.of());
        Meanwhile.ACTION.set(() -> {
            open.abort();
            open.begin();
        });

        assertThat(lines("--conversation", conversation))
                .extracting(line -> line.path("type").stringValue())
                .containsExactly("dev.parley.ChatCompleted.v1", "dev.parley.ChatCancelled.v1");
    }

    @Test
    void failsWithoutAFileIfTheTransactionStaysOpen() {
        plain.turn("ChatCancelled.v1", conversation, NOON, Map.of());
        Path file = folder.resolve("behind.jsonl");

        assertThat(run("--since", "2026-11-25", "--conversation", conversation, "-o", file.toString()))
                .isEqualTo(1);

        assertThat(file).doesNotExist();
        assertThat(errors.toString())
                .containsPattern("replay: 2 offsets of partition \\d+ of chat\\.turns are behind an open transaction");
    }

    /** Deletions are not written in transactions. */
    @Test
    void omitsWhatWasDeletedBehindIt() throws IOException {
        String generation = GenerationId.unsigned(Clock.fixed(NOON.minusSeconds(60), ZoneOffset.UTC), 0)
                .value();
        plain.turn("ChatRequested.v1", conversation, NOON, Map.of("ce_generation", generation, "ce_tenant", "acme"));
        plain.turn(
                "ConversationDeleted.v1", conversation, NOON, Map.of("ce_time", NOON.toString(), "ce_tenant", "acme"));

        assertThat(lines("chat.requests", "--conversation", conversation))
                .singleElement()
                .satisfies(
                        line -> assertThat(line.path("deleted").booleanValue()).isTrue());
        assertThat(lines("chat.requests", "--conversation", conversation, "--without-deleted"))
                .isEmpty();
    }
}
