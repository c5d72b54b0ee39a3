package dev.parley.simulator.script;

import static java.util.stream.Collectors.joining;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.Answer.Block;
import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.answer.Answer.Stop;
import dev.parley.simulator.answer.Answer.Usage;
import dev.parley.simulator.request.ApiError;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes JSON and events exactly as the Messages API does, including the order of the fields and the varying number of
 * blanks before the last brace of a delta.
 */
public final class EventEncoder {
    static final String PING = frame("ping", "{\"type\": \"ping\"}");
    static final String MESSAGE_STOP = frame("message_stop", "{\"type\":\"message_stop\"}");

    private static final int PADDING_MAX = 16;

    private EventEncoder() {}

    static String messageStart(Answer answer) {
        return frame(
                "message_start",
                "{\"type\":\"message_start\",\"message\":" + messageBegin(answer)
                        + "],\"stop_reason\":null,\"stop_sequence\":null,\"stop_details\":null,\"usage\":{"
                        + startUsage(answer.usage().withOutput(1, 0)) + "}}}");
    }

    static String blockStart(int index, Content content) {
        String block = switch (content) {
            case Content.Text() -> "{\"type\":\"text\",\"text\":\"\"}";
            case Content.Thinking _ -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
            case Content.ToolUse tool -> toolUse(tool, "{}");
        };
        return frame(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}");
    }

    /** A piece of a block. */
    static String delta(int index, Content content, String piece) {
        return switch (content) {
            case Content.Text() -> delta(index, "text_delta", "text", piece);
            case Content.Thinking _ -> delta(index, "thinking_delta", "thinking", piece);
            case Content.ToolUse _ -> delta(index, "input_json_delta", "partial_json", piece);
        };
    }

    static String signatureDelta(int index, String signature) {
        return delta(index, "signature_delta", "signature", signature);
    }

    private static String delta(int index, String type, String field, String value) {
        return frame(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":{\"type\":\"" + type + "\",\""
                        + field + "\":" + quoted(value) + "}"
                        + " ".repeat(Math.floorMod(value.hashCode(), PADDING_MAX)) + "}");
    }

    static String blockStop(int index) {
        return frame("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    static String messageDelta(Answer answer) {
        Usage usage = answer.usage();
        return frame(
                "message_delta",
                "{\"type\":\"message_delta\",\"delta\":{" + stop(answer.stop()) + "},\"usage\":{" + inputUsage(usage)
                        + ",\"output_tokens\":" + usage.output() + "," + outputDetails(usage) + "}}");
    }

    static String errorEvent(ApiError error, String requestId) {
        return frame("error", error(error, requestId));
    }

    static String error(ApiError error, String requestId) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + error.type().text() + "\",\"message\":"
                + quoted(error.message()) + "},\"request_id\":" + quoted(requestId) + "}";
    }

    /** A complete answer, for a client that does not stream. */
    public static String message(Answer answer) {
        return messageBegin(answer)
                + answer.blocks().stream()
                        .map(block -> block(block, answer.stop()))
                        .collect(joining(","))
                + "]," + stop(answer.stop()) + ",\"usage\":{" + startUsage(answer.usage()) + ","
                + outputDetails(answer.usage()) + "}}";
    }

    private static String block(Block block, Stop stop) {
        String whole = block.whole();
        return switch (block.content()) {
            case Content.Text() -> "{\"type\":\"text\",\"text\":" + quoted(whole) + "}";
            case Content.Thinking(String signature, boolean omitted) ->
                "{\"type\":\"thinking\",\"thinking\":" + quoted(omitted ? "" : whole) + ",\"signature\":"
                        + quoted(signature) + "}";
            // Input that was cut by max_tokens is not JSON and is left out.
            case Content.ToolUse tool ->
                toolUse(tool, stop.equals(Stop.MAX_TOKENS) && !whole.endsWith("}") ? "{}" : whole);
        };
    }

    private static String messageBegin(Answer answer) {
        return "{\"model\":" + quoted(answer.model()) + ",\"id\":" + quoted(answer.id())
                + ",\"type\":\"message\",\"role\":\"assistant\",\"content\":[";
    }

    private static String toolUse(Content.ToolUse tool, String input) {
        return "{\"type\":\"tool_use\",\"id\":" + quoted(tool.id()) + ",\"name\":" + quoted(tool.name()) + ",\"input\":"
                + input + ",\"caller\":{\"type\":\"direct\"}}";
    }

    private static String stop(Stop stop) {
        return "\"stop_reason\":\"" + stop.reason() + "\",\"stop_sequence\":"
                + stop.sequence().map(EventEncoder::quoted).orElse("null") + ",\"stop_details\":null";
    }

    private static String inputUsage(Usage usage) {
        return "\"input_tokens\":" + usage.input() + ",\"cache_creation_input_tokens\":" + usage.cacheCreation()
                + ",\"cache_read_input_tokens\":" + usage.cacheRead();
    }

    private static String startUsage(Usage usage) {
        return inputUsage(usage) + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":" + usage.cacheCreation()
                + ",\"ephemeral_1h_input_tokens\":0},\"output_tokens\":" + usage.output()
                + ",\"service_tier\":\"standard\",\"inference_geo\":\"not_available\"";
    }

    private static String outputDetails(Usage usage) {
        return "\"output_tokens_details\":{\"thinking_tokens\":" + usage.thinking() + "}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    private static String frame(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }
}
