package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.machine.IdleWait;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka alone, as the lower limit of a system that answers over a log: a record passes as many topics as an answer of
 * Parley, each written with all acknowledgements and without lingering, and read by a thread of its own.
 */
public final class KafkaBaseline implements AutoCloseable {
    /** {@code chat.requests}, {@code chat.deltas}. */
    public static final int HOPS = 2;

    /** About the size of a request with its headers. */
    private static final int RECORD_BYTES = 1_024;

    private static final Duration END_WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Hop first;
    private final Hop second;

    /** Creates the topics and waits until the consumers have a position. */
    public KafkaBaseline(String bootstrapServers) {
        this.first = new Hop(bootstrapServers, "bench.hop-0");
        this.second = new Hop(bootstrapServers, "bench.hop-1");
        first.next = second::send;
    }

    /** The times from when a record was due until it had passed all topics. */
    public Histogram run(Arrivals arrivals) {
        Histogram times = LoadResult.histogram();
        AtomicInteger left = new AtomicInteger(arrivals.count());
        CompletableFuture<Histogram> passed = new CompletableFuture<>();
        second.next = record -> {
            times.recordValue(
                    Math.max(1, System.nanoTime() - ByteBuffer.wrap(record).getLong()));
            if (left.decrementAndGet() == 0) {
                passed.complete(times);
            }
        };
        long begin = System.nanoTime();
        for (long offset : arrivals.offsets()) {
            long due = begin + offset;
            IdleWait.until(due);
            first.send(ByteBuffer.allocate(RECORD_BYTES).putLong(due).array());
        }
        try {
            return passed.orTimeout(END_WITHIN.toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(left + " records did not pass all topics within " + END_WITHIN, e);
        }
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }

    /** A topic, the producer that writes to it and the thread that reads it. */
    private static final class Hop implements AutoCloseable {
        private final String topic;
        private final KafkaProducer<byte[], byte[]> producer;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private volatile Consumer<byte[]> next = record -> {};

        Hop(String bootstrapServers, String topic) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
                var created = admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)));
                created.all().toCompletionStage().toCompletableFuture().join();
            }
            this.topic = topic;
            this.producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            this.consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            Thread.ofPlatform().name(topic).daemon().start(this::read);
        }

        void send(byte[] record) {
            var _ = producer.send(new ProducerRecord<>(topic, record));
        }

        private void read() {
            try (consumer) {
                while (true) {
                    consumer.poll(POLL).forEach(record -> next.accept(record.value()));
                }
            } catch (WakeupException e) {
                // Closed.
            }
        }

        @Override
        public void close() {
            consumer.wakeup();
            producer.close(Duration.ofSeconds(2));
        }
    }
}
