package dev.parley.replay.record;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.replay.selection.RecordText;
import dev.parley.replay.selection.TopicKind;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decodes a record of any topic to one JSON object with its position, headers and value. A value that cannot be decoded
 * is included in base64, with the reason.
 */
public final class RecordDecoder {
    /** Preserves the digits of numbers. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final boolean binaryHeaders;

    /**
     * Creates a decoder.
     *
     * @param binaryHeaders whether to include headers that are not text, in base64
     */
    public RecordDecoder(boolean binaryHeaders) {
        this.binaryHeaders = binaryHeaders;
    }

    public ObjectNode decode(ConsumerRecord<byte[], byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        ObjectNode line = MAPPER.createObjectNode();
        line.put("topic", record.topic()).put("partition", record.partition()).put("offset", record.offset());
        line.put(
                "timestamp",
                record.timestamp() < 0 ? null : TIMESTAMP.format(Instant.ofEpochMilli(record.timestamp())));
        putKey(line, record.key());
        line.put(
                "type",
                headers.find(CloudEvent.TYPE)
                        .or(() -> headers.find(DeltaCodec.KIND))
                        .orElse(null));
        line.set("attributes", Attributes.of(record.headers(), binaryHeaders));
        Attributes.deadLetter(record.headers()).ifPresent(letter -> line.set("dead_letter", letter));
        putData(line, record);
        return line;
    }

    private static void putKey(ObjectNode line, byte @Nullable [] key) {
        Optional<String> text = RecordText.of(key);
        line.put("key", text.orElse(null));
        if (key != null && text.isEmpty()) {
            line.put("key_base64", key);
        }
    }

    private static void putData(ObjectNode line, ConsumerRecord<byte[], byte[]> record) {
        try {
            line.set("data", TopicKind.of(record.topic()) == TopicKind.DELTAS ? delta(record) : json(record.value()));
        } catch (JacksonException e) {
            putError(line, "the value is not JSON: " + e.getOriginalMessage(), record.value());
        } catch (MalformedEventException | IllegalArgumentException e) {
            putError(line, String.valueOf(e.getMessage()), record.value());
        }
    }

    private static void putError(ObjectNode line, String reason, byte @Nullable [] value) {
        line.putNull("data").put("error", reason);
        if (value != null) {
            line.put("value_base64", value);
        }
    }

    private static JsonNode json(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            throw new MalformedEventException("the record has no value");
        }
        return MAPPER.readTree(value);
    }

    private static JsonNode delta(ConsumerRecord<byte[], byte[]> record) {
        return switch (DeltaCodec.decode(withTextKey(record))) {
            case Delta.Frames frames -> {
                String text = RecordText.of(frames.frames())
                        .orElseThrow(() -> new MalformedEventException("the frames are not UTF-8"));
                yield MAPPER.createObjectNode().set("events", ServerSentEvents.parse(text));
            }
            case Delta.Failed failed -> json(failed.body());
            case Delta.Heartbeat _, Delta.Followed _, Delta.Released _, Delta.Recorded _ ->
                JsonNodeFactory.instance.nullNode();
        };
    }

    private static ConsumerRecord<String, byte[]> withTextKey(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                RecordText.of(record.key()).orElse(""),
                record.value(),
                record.headers(),
                record.leaderEpoch());
    }
}
