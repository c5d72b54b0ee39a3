package dev.parley.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A record as a reviewable file: {@code :topic}, {@code :partition} and {@code :key}, one header per line, an empty line,
 * and the bytes of the value. The name of a header that is not text ends in {@code ;base64}.
 */
public final class GoldenFile {
    /** The files that the encoders of this version must reproduce. */
    public static final Path CURRENT = Path.of("src/test/resources/golden/current");

    /** The files of earlier and later versions, which the decoders of this version must read. */
    public static final Path OTHERS = Path.of("src/test/resources/golden/others");

    private static final String BASE64 = ";base64";

    private GoldenFile() {}

    public static List<Path> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".golden"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of the event or delta: the file name up to a {@code +}, which precedes the name of the writer. */
    public static String subject(Path file) {
        return file.getFileName().toString().replace(".golden", "").replaceFirst("\\+.*", "");
    }

    public static byte[] write(ProducerRecord<String, byte[]> wire) {
        StringBuilder head = new StringBuilder();
        head.append(":topic: ").append(wire.topic()).append('\n');
        if (wire.partition() != null) {
            head.append(":partition: ").append(wire.partition()).append('\n');
        }
        head.append(":key: ").append(wire.key()).append('\n');
        for (Header header : wire.headers()) {
            head.append(line(header)).append('\n');
        }
        head.append('\n');
        byte[] start = head.toString().getBytes(UTF_8);
        return ByteBuffer.allocate(start.length + wire.value().length)
                .put(start)
                .put(wire.value())
                .array();
    }

    private static String line(Header header) {
        try {
            return header.key() + ": " + UTF_8.newDecoder().decode(ByteBuffer.wrap(header.value()));
        } catch (CharacterCodingException binary) {
            return header.key() + BASE64 + ": " + Base64.getEncoder().encodeToString(header.value());
        }
    }

    public static ConsumerRecord<String, byte[]> read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int end = new String(bytes, ISO_8859_1).indexOf("\n\n");
        Headers headers = new RecordHeaders();
        String topic = "";
        String key = "";
        int partition = 0;
        for (String line : new String(bytes, 0, end, UTF_8).split("\n", -1)) {
            int colon = line.indexOf(": ");
            String name = line.substring(0, colon);
            String value = line.substring(colon + 2);
            switch (name) {
                case ":topic" -> topic = value;
                case ":key" -> key = value;
                case ":partition" -> partition = Integer.parseInt(value);
                default -> headers.add(headerName(name), headerValue(name, value));
            }
        }
        byte[] value = java.util.Arrays.copyOfRange(bytes, end + 2, bytes.length);
        return new ConsumerRecord<>(
                topic, partition, 0, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    private static String headerName(String name) {
        return name.endsWith(BASE64) ? name.substring(0, name.length() - BASE64.length()) : name;
    }

    private static byte[] headerValue(String name, String value) {
        return name.endsWith(BASE64) ? Base64.getDecoder().decode(value) : value.getBytes(UTF_8);
    }
}
