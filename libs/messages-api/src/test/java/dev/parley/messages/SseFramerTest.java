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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseFramerTest {
    private static final String TWO_EVENTS =
            "event: ping\ndata: {\"type\":\"ping\"}\n\nevent: x\ndata: {\"text\":\"grüß dich 🌍\"}\n\n";

    @Property
    void returnsTheSameEventsForAnyChunks(
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
    }

    /** It is logged. */
    @Test
    void theErrorForDataThatIsNotJsonQuotesNothingOfIt() {
        SseFrame frame = new SseFramer(1000)
                .push(ByteBuffer.wrap("data: Kowalski, your result\n\n".getBytes(UTF_8)))
                .getFirst();
        assertThatThrownBy(() -> frame.json())
                .isInstanceOf(MalformedStreamException.class)
                .hasMessageNotContaining("Kowalski")
                .hasNoCause();
    }

    @Test
    void removesCommentsAndIds() {
        assertThat(frames(": hello\n\nid: 7\ndata: {}\n\n")).containsExactly("data: {}\n\n");
    }

    @Test
    void keepsUnknownFields() {
        assertThat(frames("retry: 5\ndata: {}\n\n")).containsExactly("retry: 5\ndata: {}\n\n");
    }

    @Test
    void rejectsAnEventAboveTheLimit() {
        SseFramer framer = new SseFramer(100);
        ByteBuffer endless = ByteBuffer.wrap("data: ".concat("x".repeat(200)).getBytes(UTF_8));
        assertThatThrownBy(() -> framer.push(endless))
                .isInstanceOf(MalformedStreamException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void allowsAnEventOfExactlyTheLimit() {
        String event = "data: {}\n" + "data: " + "x".repeat(20) + "\n\n";
        assertThat(frames(event, event.length() - 2)).containsExactly(event);
        assertThatThrownBy(() -> frames(event, event.length() - 3)).isInstanceOf(MalformedStreamException.class);
    }

    @Test
    void keepsNoLargeBufferAfterItsEvent() {
        SseFramer framer = new SseFramer(2_000_000);
        String data = "data: " + "x".repeat(1_000_000);
        framer.push(ByteBuffer.wrap(data.getBytes(UTF_8)));
        assertThat(framer.bufferBytes()).isGreaterThan(1_000_000);
        assertThat(framer.push(ByteBuffer.wrap("\n\n".getBytes(UTF_8)))).hasSize(1);
        assertThat(framer.bufferBytes()).isLessThan(2_000);
    }

    /** A tree takes up to fifty times the bytes. */
    @Test
    void rejectsAnEventWithTooManyValues() {
        SseFrame frame = new SseFrame(("data: [" + "{},".repeat(50_000) + "{}]\n\n").getBytes(UTF_8));
        assertThatThrownBy(frame::json).isInstanceOf(MalformedStreamException.class);
    }

    @Test
    void growsItsBufferForLongEvents() {
        String event = "data: " + "x".repeat(5_000) + "\n\n";
        assertThat(frames(event + event, 10_000)).containsExactly(event, event);
    }

    @ParameterizedTest
    @CsvSource({
        "event: x\\ndata: {\"a\":1}, {\"a\":1}",
        "data:{\"a\":1}\\nevent: x, {\"a\":1}",
        "event: x\\ndata: [1\\ndata:\\ndata: ]\\nretry: 7, [1]",
    })
    void readsTheDataAtAnyPosition(String lines, String json) {
        SseFrame frame = new SseFrame((lines.replace("\\n", "\n") + "\n\n").getBytes(UTF_8));
        assertThat(frame.json().toString()).isEqualTo(json);
    }

    @Test
    void joinsTheLinesOfDataWithLineFeeds() {
        assertThat(data("event: x\ndata: a\ndata:b\n\n")).isEqualTo("a\nb");
        assertThat(data("data:\ndata:b\n\n")).isEqualTo("\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event: x\n\n", "data:\n\n", "data: \n\n"})
    void rejectsAnEventWithoutData(String frame) {
        assertThatThrownBy(() -> new SseFrame(frame.getBytes(UTF_8)).json())
                .isInstanceOf(MalformedStreamException.class)
                .hasMessageContaining("without data");
    }

    private static String data(String frame) {
        SseFrame.Span data = new SseFrame(frame.getBytes(UTF_8)).data();
        return new String(data.bytes(), data.from(), data.length(), UTF_8);
    }

    private static List<String> frames(String stream) {
        return frames(stream, 1000);
    }

    private static List<String> frames(String stream, int frameBytesMax) {
        return new SseFramer(frameBytesMax)
                .push(ByteBuffer.wrap(stream.getBytes(UTF_8))).stream()
                        .map(frame -> new String(frame.bytes(), UTF_8))
                        .toList();
    }
}
