package dev.parley.gateway.kafka;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import dev.parley.gateway.session.IssuedKeys;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code chat.keys} from the beginning, so that every gateway has all keys in memory. */
public final class KeyTail implements LogTail.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(KeyTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.KEYS.name(), 0);

    private final IssuedKeys keys;
    private long position;
    private long end;

    private KeyTail(IssuedKeys keys) {
        this.keys = keys;
    }

    /** The tail that reads once it is started. */
    public static LogTail of(GatewayClients clients, IssuedKeys keys) {
        return new LogTail("key-tail", clients::keyConsumer, POLL, new KeyTail(keys));
    }

    @Override
    public void assign(Consumer<String, byte[]> consumer) {
        consumer.assign(List.of(PARTITION));
        consumer.seek(PARTITION, position);
        end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        completeAtEnd();
    }

    @Override
    public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
        records.forEach(this::apply);
        position = consumer.position(PARTITION);
        completeAtEnd();
    }

    private void completeAtEnd() {
        if (position >= end) {
            keys.completed();
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        if (KeyCodec.isForAuditors(record.headers())) {
            return;
        }
        try {
            keys.apply(KeyCodec.decode(record.headers(), record.value()));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed key event at {}@{}: {}", PARTITION, record.offset(), e.reason());
        }
    }
}
