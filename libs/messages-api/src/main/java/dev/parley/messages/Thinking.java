package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Thinking, and answers without it. The signature of thinking is bound to the system prompt, the tools and the messages before it:
 * Claude refuses a request that has it after anything else (platform.claude.com, "Preserved thinking").
 */
public final class Thinking {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Thinking() {}

    /** Whether a content block is thinking, readable or not. */
    public static boolean is(JsonNode block) {
        String type = block.path("type").stringValue("");
        return type.equals("thinking") || type.equals("redacted_thinking");
    }

    /**
     * Whether a content block is thinking without a signature. Claude sends that at the end of the block, which the token limit or a
     * refusal may cut, and requires it in a request.
     */
    public static boolean isUnsigned(JsonNode block) {
        return block.path("type").stringValue("").equals("thinking")
                && block.path("signature").stringValue("").isEmpty();
    }

    /** A copy of a message without its thinking; all else is as before. */
    public static JsonNode removed(JsonNode message) {
        JsonNode left = message.deepCopy();
        if (left.path("content") instanceof ArrayNode content) {
            content.removeIf(Thinking::is);
        }
        return left;
    }

    /**
     * The events of an answer without those of its thinking. Later blocks are numbered anew; other events are as before, byte for
     * byte.
     *
     * @param frames server-sent events with line feeds as line ends, each ending in an empty line
     * @throws MalformedStreamException if the data of an event is not JSON
     */
    public static byte[] removed(byte[] frames) {
        ByteArrayOutputStream left = new ByteArrayOutputStream(frames.length);
        Set<Integer> removed = new HashSet<>();
        for (int start = 0, end; start < frames.length; start = end) {
            end = SseFrame.end(frames, start);
            end = end == 0 ? frames.length : end;
            SseFrame frame = new SseFrame(Arrays.copyOfRange(frames, start, end));
            JsonNode event = frame.data().length() == 0 ? MissingNode.getInstance() : frame.json();
            int index = event.path("index").intValue(-1);
            if (is(event.path("content_block"))) {
                removed.add(index);
            }
            if (!removed.contains(index)) {
                int before =
                        (int) removed.stream().filter(block -> block < index).count();
                left.writeBytes(
                        before > 0
                                ? withData(frame, ((ObjectNode) event).put("index", index - before))
                                : frame.bytes());
            }
        }
        return left.toByteArray();
    }

    /** An event with other data, and its name and its id. */
    private static byte[] withData(SseFrame frame, ObjectNode data) {
        String others = new String(frame.bytes(), UTF_8)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("data:"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        return (others + "data: " + MAPPER.writeValueAsString(data) + "\n\n").getBytes(UTF_8);
    }
}
