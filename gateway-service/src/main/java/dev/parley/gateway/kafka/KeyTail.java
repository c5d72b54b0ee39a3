package dev.parley.gateway.kafka;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.session.IssuedKeys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code chat.keys} from the beginning and then on: every gateway knows every key, and asks nobody when a request
 * comes. One thread; a broken Kafka client is replaced and goes on where the last one stopped.
 */
public final class KeyTail implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.KEYS.name(), 0);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final IssuedKeys keys;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private long position;

    public KeyTail(Supplier<Consumer<String, byte[]>> consumers, IssuedKeys keys) {
        this.consumers = consumers;
        this.keys = keys;
    }

    /** Until {@link #stop()}. */
    @Override
    public void run() {
        try {
            do {
                tail();
            } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does not wait: there is nothing to lose. */
    public void stop() {
        stopping.countDown();
    }

    private void tail() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, position);
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (stopping.getCount() > 0) {
                if (position >= end) {
                    keys.completed();
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    apply(record);
                }
                position = consumer.position(PARTITION);
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("Reading the keys failed, beginning anew: {}", e.toString());
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        if (KeyCodec.isForAuditors(record.headers())) {
            return;
        }
        try {
            keys.apply(KeyCodec.decode(record.headers(), record.value()));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed event of a key at {}-{}: {}", PARTITION, record.offset(), e.reason());
        }
    }
}
