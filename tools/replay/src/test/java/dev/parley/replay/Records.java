package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.testing.GoldenFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Test records, as a consumer returns them. */
public final class Records {
    private static final Path GOLDEN = Path.of("../../libs/contracts/src/test/resources/golden/current");

    private Records() {}

    @SuppressWarnings("NullAway") // Kafka returns null keys and values; its types are not annotated
    public static ConsumerRecord<byte[], byte[]> record(
            String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                topic,
                5,
                81_920,
                Instant.parse("2026-11-24T09:30:01.160Z").toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    public static ConsumerRecord<byte[], byte[]> record(
            String topic, String key, String value, Map<String, String> headers) {
        RecordHeaders all = new RecordHeaders();
        headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
        return record(topic, key.getBytes(UTF_8), value.getBytes(UTF_8), all);
    }

    /** The record of a golden file of {@code contracts}, on partition 5 at offset 81920. */
    public static ConsumerRecord<byte[], byte[]> golden(String name) {
        ConsumerRecord<String, byte[]> record = GoldenFile.read(GOLDEN.resolve(name + ".golden"));
        return record(record.topic(), record.key().getBytes(UTF_8), record.value(), record.headers());
    }

    /** The names of the golden files, one for each event that is written. */
    public static List<String> goldenNames() {
        return GoldenFile.in(GOLDEN).stream()
                .map(file -> file.getFileName().toString().replace(".golden", ""))
                .toList();
    }
}
