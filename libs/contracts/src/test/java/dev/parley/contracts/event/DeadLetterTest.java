package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    private static final byte[] VALUE = new byte[1_000_000];

    @Test
    void keepsSmallPartsWhenItDropsTheValue() {
        Headers headers = new RecordHeaders().add("mark", "kept".getBytes(UTF_8));
        ProducerRecord<byte[], byte[]> letter = DeadLetter.cutDown(source("key".getBytes(UTF_8), headers), "no JSON");
        assertThat(letter.topic()).isEqualTo("chat.turns.dead");
        assertThat(letter.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(letter.value()).isNull();
        EventHeaders kept = new EventHeaders(letter.headers());
        assertThat(kept.require("mark")).isEqualTo("kept");
        assertThat(kept.require(DeadLetter.PARTITION)).isEqualTo("5");
        assertThat(kept.require(DeadLetter.OFFSET)).isEqualTo("42");
        assertThat(kept.require(DeadLetter.REASON)).startsWith("no JSON; ").contains("1000000 bytes");
    }

    @Property(tries = 100)
    void isSmallForARecordOfAnySize(
            @ForAll @IntRange(max = 100_000) int keyBytes,
            @ForAll @IntRange(max = 50) int headers,
            @ForAll @IntRange(max = 20_000) int headerBytes,
            @ForAll @IntRange(max = 3_000) int reasonCharacters) {
        RecordHeaders many = new RecordHeaders();
        for (int i = 0; i < headers; i++) {
            many.add("header-" + i, new byte[headerBytes]);
        }
        ProducerRecord<byte[], byte[]> letter =
                DeadLetter.cutDown(source(new byte[keyBytes], many), "x".repeat(reasonCharacters));
        int size = letter.key() == null ? 0 : letter.key().length;
        for (Header header : letter.headers()) {
            size += header.key().length() + header.value().length;
        }
        assertThat(size).isLessThan(20_000);
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.REASON))
                .endsWith("only at its origin");
    }

    private static ConsumerRecord<byte[], byte[]> source(byte[] key, Headers headers) {
        ConsumerRecord<byte[], byte[]> source = new ConsumerRecord<>("chat.turns", 5, 42, key, VALUE);
        headers.forEach(source.headers()::add);
        return source;
    }
}
