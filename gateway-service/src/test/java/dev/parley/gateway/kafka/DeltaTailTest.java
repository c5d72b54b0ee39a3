package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.testing.PausingConsumer;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeltaTailTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.DELTAS.name(), 3);

    private final BlockingQueue<MockConsumer<String, byte[]>> consumers = new LinkedBlockingQueue<>();
    private final OpenAnswers answers = answers(Duration.ofSeconds(10));
    private final DeltaTail tail = tail(answers);

    /** While this is not zero, positions are unknown. */
    private volatile CountDownLatch leader = new CountDownLatch(0);

    private static OpenAnswers answers(Duration pingInterval) {
        return new OpenAnswers(
                new AnswerSettings(10, 10, Duration.ofSeconds(10), pingInterval, Duration.ofMinutes(1), Duration.ZERO),
                System::nanoTime);
    }

    private DeltaTail tail(OpenAnswers answers) {
        return new DeltaTail(this::consumer, answers, new KafkaSettings("", 3, Duration.ofSeconds(1)));
    }

    private MockConsumer<String, byte[]> consumer() {
        MockConsumer<String, byte[]> consumer = new PausingConsumer<>("latest") {
            @Override
            public synchronized long position(TopicPartition partition) {
                hang(leader);
                return super.position(partition);
            }

            @Override
            public synchronized long position(TopicPartition partition, Duration timeout) {
                if (leader.getCount() > 0) {
                    throw new TimeoutException("no leader");
                }
                return super.position(partition, timeout);
            }
        };
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumers.add(consumer);
        return consumer;
    }

    @BeforeEach
    void start() {
        tail.start();
        await().until(() -> tail.address().isPresent());
    }

    @AfterEach
    void close() {
        tail.close();
    }

    @Test
    void continuesAfterAnErrorOfAnyKind() throws InterruptedException {
        var answer = answers.open(GenerationId.unsigned(Clock.systemUTC(), 3), _ -> true, _ -> {}, () -> {});
        consumers.take().schedulePollTask(() -> {
            throw new NoClassDefFoundError("simulated");
        });
        Frames piece = new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, "a".getBytes(UTF_8), true);
        MockConsumer<String, byte[]> next = consumers.take();
        next.schedulePollTask(() -> next.addRecord(record(piece)));
        assertThat(answer.pieces().collectList().block(Duration.ofSeconds(10))).hasSize(1);
    }

    @Test
    void reportsWhenItHasNotPolledForAWhile() throws InterruptedException {
        Duration aWhile = Duration.ofMillis(300);
        await().until(() -> tail.polledWithin(Duration.ofMinutes(1)));
        CountDownLatch hangs = new CountDownLatch(1);
        consumers.take().schedulePollTask(() -> hang(hangs));
        await().until(() -> !tail.polledWithin(aWhile));
        hangs.countDown();
        await().until(() -> tail.polledWithin(aWhile));
    }

    /** As when one leader fails after another, before it has confirmed the position. */
    @Test
    void answersGetPingsWhileThePositionIsUnknown() {
        OpenAnswers pinged = answers(Duration.ofMillis(1));
        try (DeltaTail polling = tail(pinged)) {
            polling.start();
            await().until(() -> polling.address().isPresent());
            leader = new CountDownLatch(1);
            var answer = pinged.open(GenerationId.unsigned(Clock.systemUTC(), 3), _ -> true, _ -> {}, () -> {});
            var pings = answer.pieces().take(3).collectList().toFuture();
            await().atMost(Duration.ofSeconds(30)).until(pings::isDone);
        } finally {
            leader.countDown();
        }
    }

    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ConsumerRecord<String, byte[]> record(Frames piece) {
        return Received.of(DeltaCodec.encode(piece, PARTITION.partition()), 0);
    }
}
