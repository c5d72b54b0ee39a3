package dev.parley.contracts.json;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class HeapEstimateTest {
    private static final long MB = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** The share of the allocations that may be garbage before the others are made, such as arrays that became too small. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"\":0}",
                "{}",
                "[]",
                "[0]",
                "[[[[[0]]]]]",
                "{\"a\":{\"a\":{\"a\":{}}}}",
                "0",
                "1234567",
                "1.5",
                "1e9",
                "true",
                "\"\"",
                "\"a\"",
                "\"€\"",
                "{\"role\":\"user\",\"content\":\"How tall is K2?\"}",
                "{\"type\":\"text\",\"text\":\"a\",\"n\":[1,2.5,null]}"
            })
    void isAtLeastTwoThirdsOfWhatReadingAllocates(String element) {
        byte[] json = ("[" + (element + ",").repeat(50_000) + "0]").getBytes(UTF_8);
        MAPPER.readTree(json);

        long before = allocated();
        MAPPER.readTree(json);
        long allocated = allocated() - before;

        assertThat(HeapEstimate.of(json)).isGreaterThan(allocated / 3 * 2);
    }

    /** The gateway of {@code ./parley up} has a heap of 384 MB, a quarter of which is for requests. */
    @ParameterizedTest
    @CsvSource({"7900000, 40", "500000, 3"})
    void isFiveTimesTheBytesOfPlainText(int bytes, int megabytes) {
        String text = "All work and no play: \\\"a dull boy\\\", {they} say. ".repeat(bytes / 50);
        byte[] json = ("{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}").getBytes(UTF_8);
        assertThat(HeapEstimate.of(json)).isBetween(5L * json.length, megabytes * MB);
    }

    @Test
    void isSmallForAHistoryOfAThousandMessages() {
        String message =
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + "word ".repeat(80) + "\"}]}";
        byte[] json = ("{\"messages\":[" + message + ("," + message).repeat(999) + "]}").getBytes(UTF_8);
        assertThat(HeapEstimate.of(json)).isLessThan(4 * MB);
    }

    @Test
    void isLargeForManySmallObjects() {
        assertThat(HeapEstimate.of("{\"\":0},".repeat(1_000_000).getBytes(UTF_8)))
                .isGreaterThan(300 * MB);
    }

    @Test
    void countsJsonInStringsIfRequested() {
        byte[] nested = ("\"" + "{\\\"\\\":0},".repeat(1_000_000) + "\"").getBytes(UTF_8);
        assertThat(HeapEstimate.of(nested)).isLessThan(50 * MB);
        assertThat(HeapEstimate.ofNested(nested)).isGreaterThan(300 * MB);
    }

    @Test
    void acceptsAnyBytes() {
        assertThat(HeapEstimate.of("\"\\".getBytes(UTF_8))).isPositive();
        assertThat(HeapEstimate.of(new byte[0])).isZero();
    }
}
