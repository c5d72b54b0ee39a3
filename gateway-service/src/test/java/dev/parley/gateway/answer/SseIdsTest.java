package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SseIdsTest {
    @Test
    void writesThePositionOfEachEventOfARecord() {
        byte[] frames = "event: a\ndata: {}\n\nevent: b\ndata: {}\n\n".getBytes(UTF_8);
        assertThat(new String(SseIds.number(3, 42, frames, 0), UTF_8))
                .isEqualTo("id: 3-42.0\nevent: a\ndata: {}\n\nid: 3-42.1\nevent: b\ndata: {}\n\n");
    }

    @Test
    void skipsReceivedEventsAndKeepsTheNumbers() {
        byte[] frames = "event: a\ndata: {}\n\nevent: b\ndata: {}\n\n".getBytes(UTF_8);
        assertThat(new String(SseIds.number(3, 42, frames, 1), UTF_8)).isEqualTo("id: 3-42.1\nevent: b\ndata: {}\n\n");
        assertThat(SseIds.number(3, 42, frames, 2)).isEmpty();
    }

    @Test
    void numbersAnyCountOfEvents() {
        String event = "data: {}\n\n";
        StringBuilder expected = new StringBuilder();
        for (int frame = 0; frame < 1_001; frame++) {
            expected.append(new String(SseIds.line(0, Long.MAX_VALUE, frame), UTF_8))
                    .append(event);
        }
        assertThat(new String(
                        SseIds.number(0, Long.MAX_VALUE, event.repeat(1_001).getBytes(UTF_8), 0), UTF_8))
                .isEqualTo(expected.toString());
    }

    @Test
    void countsCompleteEvents() {
        assertThat(SseIds.count("".getBytes(UTF_8))).isZero();
        assertThat(SseIds.count("event: a\ndata: {}\n\ndata: {}\n\ndata:".getBytes(UTF_8)))
                .isEqualTo(2);
    }

    @Test
    void omitsAnIncompleteEvent() {
        assertThat(new String(SseIds.number(3, 42, "data: {}\n\ndata:".getBytes(UTF_8), 0), UTF_8))
                .isEqualTo("id: 3-42.0\ndata: {}\n\n");
    }
}
