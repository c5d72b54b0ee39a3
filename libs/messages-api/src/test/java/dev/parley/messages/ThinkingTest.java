package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ThinkingTest {
    private static final String UNTOUCHED = """
        event: message_start
        data: {"type": "message_start", "message": {"id":"msg_1","content":[],"usage":{"output_tokens":1}}}

        : a comment

        event: ping
        data: {"type": "ping"}

        """;

    private static final String END = """
        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9} }

        event: message_stop
        data: {"type":"message_stop"}

        """;

    @Test
    void isRemovedFromAMessage() {
        JsonNode message = json("""
            {"id":"msg_1","content":[
              {"type":"thinking","thinking":"","signature":"s"},
              {"type":"text","text":"So."},
              {"type":"redacted_thinking","data":"d"},
              {"type":"text","text":"thinking"}],
             "stop_reason":"end_turn"}""");
        JsonNode before = message.deepCopy();
        assertThat(Thinking.removed(message)).isEqualTo(json("""
            {"id":"msg_1","content":[{"type":"text","text":"So."},{"type":"text","text":"thinking"}],
             "stop_reason":"end_turn"}"""));
        assertThat(message).isEqualTo(before);
        assertThat(Thinking.removed(json("{\"content\":\"So.\"}"))).isEqualTo(json("{\"content\":\"So.\"}"));
    }

    @Test
    void isRemovedFromEventsWhoseIdsRemain() {
        String frames = """
            id: 0-1
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            id: 0-2
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}

            id: 0-3
            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            id: 0-4
            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"So 🌍"}   }

            """;
        assertThat(removed(UNTOUCHED + frames + END)).isEqualTo(UNTOUCHED + """
            id: 0-4
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"So 🌍"}}

            """ + END);
    }

    @Test
    void leavesAnAnswerWithoutItAsItIs() {
        String frames = UNTOUCHED + """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"thinking"} }

            """ + END;
        assertThat(removed(frames)).isEqualTo(frames);
    }

    /** What remains of the events is what remains of their message, whatever the order of the blocks. */
    @Property(tries = 200)
    void isRemovedFromEventsAsFromTheirMessage(@ForAll @Size(max = 6) List<Block> blocks) {
        StringBuilder frames = new StringBuilder(UNTOUCHED);
        for (int i = 0; i < blocks.size(); i++) {
            frames.append(blocks.get(i).frames.formatted(i));
        }
        String all = frames.append(END).toString();
        assertThat(message(removed(all))).isEqualTo(Thinking.removed(message(all)));
    }

    enum Block {
        THINKING("""
            data: {"type":"content_block_start","index":%1$d,"content_block":{"type":"thinking","thinking":""}}

            data: {"type":"content_block_delta","index":%1$d,"delta":{"type":"signature_delta","signature":"s"}}

            data: {"type":"content_block_stop","index":%1$d}

            """),
        REDACTED("""
            data: {"type":"content_block_start","index":%1$d,"content_block":{"type":"redacted_thinking","data":"d"}}

            data: {"type":"content_block_stop","index":%1$d}

            """),
        TEXT("""
            data: {"type":"content_block_start","index":%1$d,"content_block":{"type":"text","text":""}}

            data: {"type":"content_block_delta","index":%1$d,"delta":{"type":"text_delta","text":"Text %1$d"}}

            data: {"type":"content_block_stop","index":%1$d}

            """);

        private final String frames;

        Block(String frames) {
            this.frames = frames;
        }
    }

    private static String removed(String frames) {
        return new String(Thinking.removed(frames.getBytes(UTF_8)), UTF_8);
    }

    private static JsonNode message(String frames) {
        MessageAssembler assembler = new MessageAssembler();
        List<SseFrame> events = new ArrayList<>(new SseFramer(10_000).push(ByteBuffer.wrap(frames.getBytes(UTF_8))));
        events.forEach(event -> assembler.accept(event.json()));
        assertThat(assembler.complete()).isTrue();
        return assembler.message();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
