package dev.parley.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Test records, as a consumer returns them. */
public final class Records {
    private static final Path GOLDEN = Path.of("../../libs/contracts/src/test/resources/golden/current");
    private static final String BASE64 = ";base64";

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
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(GOLDEN.resolve(name + ".golden"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int end = new String(bytes, ISO_8859_1).indexOf("\n\n");
        Headers headers = new RecordHeaders();
        String topic = "";
        String key = "";
        for (String line : new String(bytes, 0, end, UTF_8).split("\n", -1)) {
            int colon = line.indexOf(": ");
            String header = line.substring(0, colon);
            String value = line.substring(colon + 2);
            switch (header) {
                case ":topic" -> topic = value;
                case ":key" -> key = value;
                case ":partition" -> {}
                default -> add(headers, header, value);
            }
        }
        return record(topic, key.getBytes(UTF_8), Arrays.copyOfRange(bytes, end + 2, bytes.length), headers);
    }

    /** The names of the golden files, one for each event that is written. */
    public static List<String> goldenNames() {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".golden"))
                    .map(name -> name.replace(".golden", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Headers headers, String name, String value) {
        if (name.endsWith(BASE64)) {
            headers.add(name.replace(BASE64, ""), Base64.getDecoder().decode(value));
        } else {
            headers.add(name, value.getBytes(UTF_8));
        }
    }
}
