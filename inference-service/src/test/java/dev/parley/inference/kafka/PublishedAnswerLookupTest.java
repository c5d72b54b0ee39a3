package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedAnswerLookupTest {
    @ParameterizedTest
    @CsvSource({
        "'id: 5-1.0|event: a|data: {}||id: 5-1.1|event: b|data: x||', 'event: a|data: {}||event: b|data: x||'",
        "'event: a|data: id: 5-1.0||', 'event: a|data: id: 5-1.0||'",
        "'', ''",
    })
    void removesTheIdsOfThePublishedGeneration(String frames, String expected) {
        byte[] without =
                PublishedAnswerLookup.withoutIds(frames.replace('|', '\n').getBytes(UTF_8));

        assertThat(new String(without, UTF_8)).isEqualTo(expected.replace('|', '\n'));
    }
}
