package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SseFramerTest {
    private static final String TWO_EVENTS =
            "event: ping\ndata: {\"type\":\"ping\"}\n\nevent: x\ndata: {\"text\":\"grüß dich 🌍\"}\n\n";

    @Property
    void cutsTheSameEventsHoweverTheBytesArrive(
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 9) Integer> pieces, @ForAll boolean carriageReturns) {
        byte[] stream = (carriageReturns ? TWO_EVENTS.replace("\n", "\r\n") : TWO_EVENTS).getBytes(UTF_8);
        SseFramer framer = new SseFramer(1000);
        List<String> frames = new ArrayList<>();
        int at = 0;
        for (int i = 0; at < stream.length; i++) {
            int length = Math.min(i < pieces.size() ? pieces.get(i) : 7, stream.length - at);
            framer.push(ByteBuffer.wrap(stream, at, length)).forEach(f -> frames.add(new String(f.bytes(), UTF_8)));
            at += length;
        }
        assertThat(String.join("", frames)).isEqualTo(TWO_EVENTS);
        assertThat(frames).hasSize(2);
        assertThat(framer.midFrame()).isFalse();
    }

    @Test
    void leavesOutCommentsAndIds() {
        assertThat(frames(": hello\n\nid: 7\ndata: {}\n\n")).containsExactly("data: {}\n\n");
    }

    @Test
    void keepsUnknownFields() {
        assertThat(frames("retry: 5\ndata: {}\n\n")).containsExactly("retry: 5\ndata: {}\n\n");
    }

    @Test
    void knowsWhenItIsWithinAnEvent() {
        SseFramer framer = new SseFramer(100);
        framer.push(ByteBuffer.wrap("data: {}\n".getBytes(UTF_8)));
        assertThat(framer.midFrame()).isTrue();
    }

    @Test
    void refusesAnEventThatNeverEnds() {
        SseFramer framer = new SseFramer(100);
        ByteBuffer endless = ByteBuffer.wrap("data: ".concat("x".repeat(200)).getBytes(UTF_8));
        assertThatThrownBy(() -> framer.push(endless))
                .isInstanceOf(MalformedStreamException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void joinsTheLinesOfDataWithLineFeeds() {
        SseFrame frame = new SseFrame("event: x\ndata: a\ndata:b\n\n".getBytes(UTF_8));
        assertThat(new String(frame.data(), UTF_8)).isEqualTo("a\nb");
    }

    private static List<String> frames(String stream) {
        return new SseFramer(1000)
                .push(ByteBuffer.wrap(stream.getBytes(UTF_8))).stream()
                        .map(frame -> new String(frame.bytes(), UTF_8))
                        .toList();
    }
}
