package dev.parley.eventlog.deletion;

import static dev.parley.eventlog.deletion.Deleted.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.LogEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeletionLogTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.deletions", 0);

    private final AtomicLong end = new AtomicLong();
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private FoldedTopic<Deletions> log = logWithTimeout(Duration.ofSeconds(20));

    private FoldedTopic<Deletions> logWithTimeout(Duration timeout) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        return new FoldedTopic<>(
                Topics.DELETIONS,
                () -> consumer,
                new LogEnd(() -> CompletableFuture.completedFuture(end.get()), () -> {}),
                timeout,
                new Deletions());
    }

    @AfterEach
    void close() throws InterruptedException {
        log.close();
        consumer.wakeup();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void includesEverythingThatWasOnTheTopicAtTheCall() throws Exception {
        ConversationDeleted deletion = Deleted.at(Instant.now(), "conv-1");
        threads.execute(log.tail());
        assertThat(log.upToDate().count()).isZero();
        end.set(1);
        Future<Deletions> upToDate = threads.submit(log::upToDate);
        arrives(0, ChangeCodec.encodeDeletion(deletion));
        assertThat(upToDate.get().deletedAt(ACME, new ConversationId("conv-1"))).contains(deletion.deletedAt());
    }

    @Test
    void ignoresMalformedEvents() throws Exception {
        threads.execute(log.tail());
        assertThat(log.upToDate().count()).isZero();
        end.set(2);
        Future<Deletions> upToDate = threads.submit(log::upToDate);
        arrives(0, new ProducerRecord<>("chat.deletions", null, "key", new byte[0], new RecordHeaders()));
        arrives(1, ChangeCodec.encodeDeletion(Deleted.at(Instant.now(), "conv-1")));
        assertThat(upToDate.get().count()).isEqualTo(1);
    }

    @Test
    void removesDeletionsOlderThanADay() throws Exception {
        arrives(0, ChangeCodec.encodeDeletion(Deleted.at(Instant.now().minus(Duration.ofDays(2)), "conv-1")));
        end.set(1);
        threads.execute(log.tail());
        assertThat(threads.submit(log::upToDate).get().count()).isZero();
    }

    @Test
    void failsWhenTheTopicIsNotReadInTime() {
        log = logWithTimeout(Duration.ofMillis(50));
        end.set(1);
        threads.execute(log.tail());
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> log.upToDate());
    }

    private void arrives(long offset, ProducerRecord<String, byte[]> sent) {
        consumer.schedulePollTask(() -> add(offset, sent));
    }

    private void add(long offset, ProducerRecord<String, byte[]> sent) {
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(),
                0,
                offset,
                offset,
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty()));
    }
}
