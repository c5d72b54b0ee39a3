package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A conversation is deleted while the command reads the earlier deletions. */
class DeletionMeanwhileIT extends OnLocalKafka {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String CONVERSATION = "conv_deleted";

    /** Performs an action when the first records have arrived. */
    public static final class Meanwhile implements ConsumerInterceptor<byte[], byte[]> {
        private static final AtomicReference<Runnable> ACTION = new AtomicReference<>(() -> {});

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            ACTION.getAndSet(() -> {}).run();
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> settings) {}
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

    private Path withoutDeleted(String name) {
        Path file = folder.resolve(name);
        int status = ReplayCommand.commandLine(Map.of(
                        "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                        kafka,
                        "PARLEY_KAFKA_PROPERTIES_INTERCEPTOR_CLASSES",
                        Meanwhile.class.getName()))
                .execute("chat.turns", "--without-deleted", "-o", file.toString());
        assertThat(status).isZero();
        return file;
    }
}
