package dev.parley.simulator.script;

import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Stop;
import dev.parley.simulator.answer.Usage;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes events as the Messages API does, letter by letter: the order of the fields, and the blanks of changing number
 * which the API puts before a delta's last brace, are part of the likeness.
 */
public final class EventEncoder {
    private static final int PADDING_MAX = 16;

    private EventEncoder() {}

    public static byte[] bytes(StreamEvent event) {
        return text(event).getBytes(StandardCharsets.UTF_8);
    }

    static String text(StreamEvent event) {
        return switch (event) {
            case StreamEvent.MessageStart start ->
                frame(
                        "message_start",
                        "{\"type\":\"message_start\",\"message\":{\"model\":" + quoted(start.model()) + ",\"id\":"
                                + quoted(start.id())
                                + ",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"stop_reason\":null,"
                                + "\"stop_sequence\":null,\"stop_details\":null,\"usage\":" + usage(start.usage())
                                + "}}");
            case StreamEvent.BlockStart start ->
                frame(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":" + start.index() + ",\"content_block\":"
                                + emptyBlock(start.block()) + "}");
            case StreamEvent.Delta delta ->
                frame(
                        "content_block_delta",
                        "{\"type\":\"content_block_delta\",\"index\":" + delta.index() + ",\"delta\":{\"type\":\""
                                + delta.kind().type() + "\",\"" + delta.kind().field() + "\":" + quoted(delta.text())
                                + "}" + padding(delta.text()) + "}");
            case StreamEvent.BlockStop stop ->
                frame("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + stop.index() + "}");
            case StreamEvent.Ping() -> frame("ping", "{\"type\": \"ping\"}");
            case StreamEvent.MessageDelta delta ->
                frame(
                        "message_delta",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                                + delta.stop().reason() + "\",\"stop_sequence\":" + sequence(delta.stop())
                                + ",\"stop_details\":null},\"usage\":" + finalUsage(delta.usage()) + "}");
            case StreamEvent.MessageStop() -> frame("message_stop", "{\"type\":\"message_stop\"}");
            case StreamEvent.Failure failure -> frame("error", ErrorBody.of(failure.error(), failure.requestId()));
            case StreamEvent.Verbatim(String text) -> text;
        };
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    /** The usage of a message that begins. */
    private static String usage(Usage usage) {
        return "{" + startingUsage(usage) + "}";
    }

    /** The usage of a message that is over, told at once: what a stream tells at its start, and at its end. */
    static String wholeUsage(Usage usage) {
        return "{" + startingUsage(usage) + "," + outputDetails(usage) + "}";
    }

    private static String startingUsage(Usage usage) {
        return "\"input_tokens\":" + usage.input() + ",\"cache_creation_input_tokens\":" + usage.cacheCreation()
                + ",\"cache_read_input_tokens\":" + usage.cacheRead()
                + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":" + usage.cacheCreation()
                + ",\"ephemeral_1h_input_tokens\":0},\"output_tokens\":" + usage.output()
                + ",\"service_tier\":\"standard\",\"inference_geo\":\"not_available\"";
    }

    static String sequence(Stop stop) {
        return stop instanceof Stop.StopSequence(String sequence) ? quoted(sequence) : "null";
    }

    private static String finalUsage(Usage usage) {
        return "{\"input_tokens\":" + usage.input() + ",\"cache_creation_input_tokens\":" + usage.cacheCreation()
                + ",\"cache_read_input_tokens\":" + usage.cacheRead() + ",\"output_tokens\":" + usage.output()
                + "," + outputDetails(usage) + "}";
    }

    private static String outputDetails(Usage usage) {
        return "\"output_tokens_details\":{\"thinking_tokens\":" + usage.thinking() + "}";
    }

    private static String emptyBlock(AnswerBlock block) {
        return switch (block) {
            case AnswerBlock.Text _ -> "{\"type\":\"text\",\"text\":\"\"}";
            case AnswerBlock.Thinking _ -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
            case AnswerBlock.ToolUse tool ->
                "{\"type\":\"tool_use\",\"id\":" + quoted(tool.id()) + ",\"name\":" + quoted(tool.name())
                        + ",\"input\":{},\"caller\":{\"type\":\"direct\"}}";
        };
    }

    private static String padding(String text) {
        return " ".repeat(Math.floorMod(text.hashCode(), PADDING_MAX));
    }

    private static String frame(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }
}
