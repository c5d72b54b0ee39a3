package dev.parley.replay.record;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.replay.selection.RecordText;
import dev.parley.replay.selection.TopicKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
 * Turns a record of any topic into one JSON object: where it is, what its headers say, and its value decoded. What
 * cannot be decoded is shown with the reason and the value in base64.
 */
public final class RecordDecoder {
    /** Keeps numbers as they were written. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ServerSentEvents serverSentEvents = new ServerSentEvents(MAPPER);
    private final Attributes attributes;

    /**
     * Makes a decoder.
     *
     * @param binaryHeaders whether to show, in base64, headers that are no text
     */
    public RecordDecoder(boolean binaryHeaders) {
        this.attributes = new Attributes(binaryHeaders);
    }

    public ObjectNode decode(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("topic", record.topic()).put("partition", record.partition()).put("offset", record.offset());
        line.put(
                "timestamp",
                record.timestamp() < 0 ? null : TIMESTAMP.format(Instant.ofEpochMilli(record.timestamp())));
        putKey(line, record.key());
        line.set("type", Attributes.type(record.headers()));
        line.set("attributes", attributes.of(record.headers()));
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

    private void putData(ObjectNode line, ConsumerRecord<byte[], byte[]> record) {
        try {
            line.set("data", data(record));
        } catch (JacksonException e) {
            putUndecodable(line, "the value is no JSON: " + e.getOriginalMessage(), record.value());
        } catch (MalformedEventException | IllegalArgumentException e) {
            putUndecodable(line, String.valueOf(e.getMessage()), record.value());
        }
    }

    private static void putUndecodable(ObjectNode line, String reason, byte @Nullable [] value) {
        line.putNull("data").put("error", reason);
        if (value != null) {
            line.put("value_base64", value);
        }
    }

    private JsonNode data(ConsumerRecord<byte[], byte[]> record) {
        return switch (TopicKind.of(record.topic())) {
            case DELTAS -> delta(record);
            case REQUESTS, TURNS, COMMANDS, UNKNOWN -> json(record.value());
        };
    }

    private static JsonNode json(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            throw new MalformedEventException("the record has no value");
        }
        return MAPPER.readTree(value);
    }

    private JsonNode delta(ConsumerRecord<byte[], byte[]> record) {
        Delta delta = DeltaCodec.decode(withTextKey(record));
        return switch (delta) {
            case Frames frames -> {
                String text = RecordText.of(frames.frames())
                        .orElseThrow(() -> new MalformedEventException("the frames are no UTF-8"));
                yield NODES.objectNode().set("events", serverSentEvents.parse(text));
            }
            case Failed failed -> json(failed.body());
            case Heartbeat _, Followed _, Released _, Recorded _ -> NODES.nullNode();
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
                RecordText.key(record).orElse(""),
                record.value(),
                record.headers(),
                record.leaderEpoch());
    }
}
