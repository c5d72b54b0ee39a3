package dev.parley.replay.record;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.replay.selection.RecordText;
import dev.parley.replay.selection.TopicKind;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decodes a record of any topic to one JSON object with its position, headers and value. A value that cannot be decoded
 * is included in base64, with the reason.
 *
 * @param binaryHeaders whether to include headers that are not text, in base64
 */
public record RecordDecoder(boolean binaryHeaders) {
    /** Preserves the digits of numbers; {@link Amounts} adds a decimal to some. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final String ATTRIBUTE_PREFIX = "ce_";
    private static final Set<String> DEAD_LETTER_HEADERS =
            Set.of(DeadLetter.REASON, DeadLetter.TOPIC, DeadLetter.PARTITION, DeadLetter.OFFSET);

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
        ObjectNode attributes = line.putObject("attributes");
        record.headers().forEach(header -> putAttribute(attributes, header));
        headers.find(DeadLetter.REASON)
                .ifPresent(reason -> line.putObject("dead_letter")
                        .put("reason", reason)
                        .put("topic", headers.find(DeadLetter.TOPIC).orElse(null))
                        .put("partition", number(headers, DeadLetter.PARTITION))
                        .put("offset", number(headers, DeadLetter.OFFSET)));
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

    /** Of headers with the same name, the last one counts. */
    private void putAttribute(ObjectNode attributes, Header header) {
        if (DEAD_LETTER_HEADERS.contains(header.key())) {
            return;
        }
        String name = header.key().startsWith(ATTRIBUTE_PREFIX)
                ? header.key().substring(ATTRIBUTE_PREFIX.length())
                : header.key();
        byte @Nullable [] value = header.value();
        Optional<String> text = RecordText.of(value);
        if (text.isPresent() || value == null) {
            attributes.put(name, text.orElse(null));
        } else if (binaryHeaders) {
            attributes.put(name, value);
        }
    }

    private static @Nullable Long number(EventHeaders headers, String name) {
        return headers.find(name)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .orElse(null);
    }

    private static void putData(ObjectNode line, ConsumerRecord<byte[], byte[]> record) {
        try {
            line.set("data", data(record));
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

    private static JsonNode data(ConsumerRecord<byte[], byte[]> record) {
        return switch (TopicKind.of(record.topic())) {
            case DELTAS -> delta(record);
            case TURNS, TRIALS, KEYS -> {
                JsonNode value = json(record.value());
                Amounts.writeDecimals(value);
                yield value;
            }
            case REQUESTS, COMMANDS, DELIVERIES, DELETIONS, PUBLISHED, OTHER -> json(record.value());
        };
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
            case Delta.Heartbeat heartbeat
            when heartbeat.attemptList().length > 0 ->
                MAPPER.createObjectNode().set("attempts", json(heartbeat.attemptList()));
            case Delta.Heartbeat _, Delta.Followed _, Delta.Released _, Delta.Recorded _ -> MAPPER.nullNode();
        };
    }

    private static ConsumerRecord<String, byte[]> withTextKey(ConsumerRecord<byte[], byte[]> record) {
        String key = RecordText.of(record.key()).orElse("");
        var copy = new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), key, record.value());
        record.headers().forEach(copy.headers()::add);
        return copy;
    }
}
