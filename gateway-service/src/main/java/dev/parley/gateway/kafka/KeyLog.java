package dev.parley.gateway.kafka;

import dev.parley.contracts.key.KeyCodec;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.gateway.session.IssuedKeys;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Adds the events of {@code chat.keys} to the keys, which every gateway has in memory. */
public record KeyLog(IssuedKeys keys) implements FoldedTopic.State {
    @Override
    public void add(ConsumerRecord<String, byte[]> event) {
        KeyCodec.decode(event.headers(), event.value()).ifPresent(keys::apply);
    }

    @Override
    public void complete() {
        keys.completed();
    }
}
