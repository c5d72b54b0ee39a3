package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.parley.contracts.id.GenerationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records are deleted, and a conversation is, before the command reads them. */
class DeletionMeanwhileIT extends OnLocalKafka {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String CONVERSATION = "conv_deleted";
    private static final String DELETED = " were deleted before they were read\n";
    private static final int RECORDS = 10;

    /** Of the records, by the deletion. */
    private static final int LEFT = 3;

    /** Performs an action when the first records have arrived. */
    public static final class Meanwhile implements ConsumerInterceptor<byte[], byte[]> {
        static final AtomicReference<Runnable> ACTION = new AtomicReference<>(() -> {});

        /** The records of {@code chat.turns} that have arrived. */
        static final AtomicInteger TURNS = new AtomicInteger();

        static Map<String, String> environment(String bootstrapServers) {
            return Map.of(
                    "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                    bootstrapServers,
                    "PARLEY_KAFKA_PROPERTIES_INTERCEPTOR_CLASSES",
                    Meanwhile.class.getName());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            ACTION.getAndSet(() -> {}).run();
            records.records("chat.turns").forEach(_ -> TURNS.incrementAndGet());
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> settings) {}
    }

    @Override
    Map<String, String> environment() {
        return Meanwhile.environment(kafka);
    }

    @Test
    void theFileHasNoTurnBesideItsDeletion() throws IOException {
        try (Publisher publisher = Publisher.plain(kafka)) {
            String generation = GenerationId.unsigned(Clock.fixed(NOON.minusSeconds(60), ZoneOffset.UTC), 0)
                    .value();
            publisher.turn(
                    "ChatCompleted.v1", CONVERSATION, NOON, Map.of("ce_generation", generation, "ce_tenant", "acme"));
            Meanwhile.ACTION.set(() -> publisher.turn(
                    "ConversationDeleted.v1",
                    CONVERSATION,
                    NOON,
                    Map.of("ce_time", NOON.toString(), "ce_tenant", "acme")));

            Path during = withoutDeleted("during.jsonl");
            Path after = withoutDeleted("after.jsonl");

            assertThat(during).content().contains("ChatCompleted").doesNotContain("ConversationDeleted");
            assertThat(after).content().contains("ConversationDeleted").doesNotContain("ChatCompleted");
            assertThat(Files.readAllLines(after)).hasSize(1);
        }
    }

    @Test
    void readsNoDeletionsThatCannotApply() {
        Instant dead = NOON.plus(Duration.ofDays(1));
        try (Publisher publisher = Publisher.plain(kafka)) {
            publisher.turn("ChatCompleted.v1", "conv_old", NOON, Map.of());
            assertThat(turnsReadFor("none.jsonl")).isZero();

            publisher.turn("dead-letter", "conv_new", dead, Map.of());
            publisher.turn("ChatCompleted.v1", "conv_new", dead.minus(Duration.ofMinutes(59)), Map.of());
            assertThat(turnsReadFor("one.jsonl")).isEqualTo(1);
        }
    }

    /** As that of dead letters mostly is. */
    @Test
    @Timeout(60)
    void readsNoOldDeletionsToFollowAnEmptyTopic() throws Exception {
        Path file = folder.resolve("empty.csv");
        try (Publisher publisher = Publisher.plain(kafka)) {
            publisher.turn("ChatCompleted.v1", "conv_old", NOON, Map.of());
            Meanwhile.TURNS.set(0);
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> execute(
                    "chat.requests.dead", "--follow", "--limit", "1", "--format", "csv", "-o", file.toString()));
            while (!status.isDone() && !hasHeader(file)) {
                // The command does not print that it waits for records; the file shows it.
                Thread.sleep(10);
            }
            publisher.raw("chat.requests.dead", 0, null, new byte[] {1});
            assertThat(status.get()).as(errors.toString()).isZero();
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Meanwhile.TURNS).hasValue(0);
    }

    /** Whether a file that is not complete yet has its first line, which is written when the command waits for records. */
    private boolean hasHeader(Path file) throws IOException {
        Path unfinished = folder.resolve(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".unfinished");
        return Files.exists(unfinished) && Files.size(unfinished) > 0;
    }

    private int turnsReadFor(String name) {
        Meanwhile.TURNS.set(0);
        assertThat(execute("chat.turns.dead", "-o", folder.resolve(name).toString()))
                .as(errors.toString())
                .isZero();
        return Meanwhile.TURNS.get();
    }

    @Test
    void failsWithoutAFileIfRecordsAreDeletedBeforeTheyAreRead() {
        Path file = folder.resolve("overtaken.jsonl");
        publishAndDeleteMeanwhile(0);

        assertThat(execute("chat.deltas", "--partition", "0", "-o", file.toString()))
                .isEqualTo(1);

        assertThat(file).doesNotExist();
        Matcher counts = Pattern.compile(
                        "replay: (\\d+) of \\1 records of chat\\.deltas written; (\\d+) offsets" + DELETED)
                .matcher(errors.toString());
        assertThat(counts.find()).as(errors.toString()).isTrue();
        assertThat(Integer.parseInt(counts.group(1)) + Integer.parseInt(counts.group(2)))
                .isEqualTo(RECORDS);
    }

    @Test
    void followsOnAfterRecordsAreDeletedBeforeTheyAreRead() throws IOException {
        Path file = folder.resolve("followed.jsonl");
        publishAndDeleteMeanwhile(1);

        int status = execute(
                "chat.deltas",
                "--partition",
                "1",
                "--follow",
                "--limit",
                "%d".formatted(LEFT + 1),
                "-o",
                file.toString());

        assertThat(status).as(errors.toString()).isZero();
        assertThat(errors.toString()).containsPattern("replay: \\d offsets" + DELETED);
        assertThat(Files.readAllLines(file))
                .hasSize(LEFT + 1)
                .last(STRING)
                .containsPattern("\"offset\":(%d|%d)\\D".formatted(RECORDS - 2, RECORDS - 1));
    }

    @ParameterizedTest
    @CsvSource({
        "2, --from-offset 2, 3, 5",
        "3, --from-offset 2 --to-offset 4, 0, 2",
        "4, --from-offset 2 --since 1970-01-01, 3, 5"
    })
    void failsWithoutAFileIfTheFirstOffsetsWereDeleted(int partition, String options, int written, int deleted) {
        publish(partition);
        deleteFirst(partition);
        Path file = folder.resolve("late.jsonl");

        assertThat(execute(partition, file, options)).isEqualTo(1);

        assertThat(file).doesNotExist();
        assertThat(errors.toString())
                .isEqualTo("replay: %1$d of %1$d records of chat.deltas written; %2$d offsets%3$s"
                        .formatted(written, deleted, DELETED));
    }

    @Test
    void followsFromOffsetsThatWereDeleted() {
        publish(5);
        deleteFirst(5);

        int status = execute(5, folder.resolve("late.jsonl"), "--from-offset 2 --follow --limit " + LEFT);

        assertThat(status).as(errors.toString()).isZero();
        assertThat(errors.toString()).startsWith("replay: 5 offsets" + DELETED);
    }

    @Test
    void reportsNoDeletedOffsetsThatTheOptionsOmit() {
        publish(6);
        deleteFirst(6);
        String later = Instant.now().toString();
        publish(6);

        for (String options : List.of("", "--from-offset 0", "--from-offset 7", "--from-offset 2 --since " + later)) {
            int status = execute(6, folder.resolve("selected.jsonl"), "--force " + options);
            assertThat(status).as(errors.toString()).isZero();
        }
    }

    /** One or two records arrive before the deletion, because a fetch returns one. */
    private void publishAndDeleteMeanwhile(int partition) {
        publish(partition);
        Meanwhile.ACTION.set(() -> deleteFirst(partition));
    }

    private void publish(int partition) {
        byte[] moreThanAFetch = new byte[1024 * 1024 + 1];
        new Random(1).nextBytes(moreThanAFetch);
        try (Publisher publisher = Publisher.plain(kafka)) {
            for (int i = 0; i < RECORDS; i++) {
                publisher.raw("chat.deltas", partition, null, moreThanAFetch);
            }
        }
    }

    private void deleteFirst(int partition) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            Object _ = admin.deleteRecords(Map.of(
                            new TopicPartition("chat.deltas", partition), RecordsToDelete.beforeOffset(RECORDS - LEFT)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    private Path withoutDeleted(String name) {
        Path file = folder.resolve(name);
        assertThat(execute("chat.turns", "--conversation", CONVERSATION, "--without-deleted", "-o", file.toString()))
                .isZero();
        return file;
    }

    private int execute(int partition, Path file, String options) {
        return execute("chat.deltas --partition %d -o %s %s"
                .formatted(partition, file, options)
                .strip()
                .split(" ", -1));
    }

    private int execute(String... arguments) {
        errors.getBuffer().setLength(0);
        return run(arguments);
    }
}
