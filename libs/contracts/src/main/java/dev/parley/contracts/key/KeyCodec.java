package dev.parley.contracts.key;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.EventValue;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The codec of {@code chat.keys}: JSON in snake case. */
public final class KeyCodec {
    public static final String KEY_ISSUED = "dev.parley.KeyIssued.v1";
    public static final String KEY_REVOKED = "dev.parley.KeyRevoked.v1";
    public static final String KEY_CHANGED = "dev.parley.KeyChanged.v1";

    private KeyCodec() {}

    public static ProducerRecord<String, byte[]> encode(KeyEvent event) {
        String key = event.key().value();
        return encode(event, type(event), key, event.tenant(), event.at(), key + "/" + event.at(), key);
    }

    /** The record of an audit event. Its key is unique to the request, so that compaction keeps it after the next change. */
    public static ProducerRecord<String, byte[]> encode(KeyChanged event) {
        String key = event.key().value();
        String recordKey = key + "/" + event.request();
        String id = event.request()
                + event.result().map(result -> "/" + result.text()).orElse("");
        return encode(event, KEY_CHANGED, key, event.tenant(), event.at(), id, recordKey);
    }

    private static ProducerRecord<String, byte[]> encode(
            Object event, String type, String key, TenantId tenant, Instant at, String id, String recordKey) {
        return CloudEvent.begin(type, id, "gateway-service", at)
                .put(CloudEvent.KEY, key)
                .put(CloudEvent.TENANT, tenant.value())
                .record(Topics.KEYS, recordKey, TurnCodec.MAPPER.writeValueAsBytes(event));
    }

    public static boolean isForAuditors(Headers headers) {
        return new EventHeaders(headers).isOf(KEY_CHANGED);
    }

    /** The event of a record, empty for one for auditors; throws a {@link MalformedEventException} if its version is unknown. */
    public static Optional<KeyEvent> decode(Headers headers, byte @Nullable [] value) {
        if (isForAuditors(headers)) {
            return Optional.empty();
        }
        String type = new EventHeaders(headers).require(CloudEvent.TYPE);
        Class<? extends KeyEvent> event = switch (type) {
            case KEY_ISSUED -> KeyIssued.class;
            case KEY_REVOKED -> KeyRevoked.class;
            default -> throw new MalformedEventException("unknown type of key event: " + type);
        };
        return Optional.of(EventValue.read(type, event, value));
    }

    private static String type(KeyEvent event) {
        return switch (event) {
            case KeyIssued _ -> KEY_ISSUED;
            case KeyRevoked _ -> KEY_REVOKED;
        };
    }
}
