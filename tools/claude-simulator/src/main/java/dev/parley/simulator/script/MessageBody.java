package dev.parley.simulator.script;

import static java.util.stream.Collectors.joining;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Stop;

/** The JSON of a whole answer, for a client that does not stream. */
final class MessageBody {
    private MessageBody() {}

    static String of(Answer answer) {
        return "{\"model\":" + EventEncoder.quoted(answer.model()) + ",\"id\":" + EventEncoder.quoted(answer.id())
                + ",\"type\":\"message\",\"role\":\"assistant\",\"content\":["
                + answer.blocks().stream()
                        .map(block -> block(block, answer.stop()))
                        .collect(joining(","))
                + "],\"stop_reason\":\"" + answer.stop().reason() + "\",\"stop_sequence\":"
                + EventEncoder.sequence(answer.stop()) + ",\"stop_details\":null,\"usage\":"
                + EventEncoder.wholeUsage(answer.usage()) + "}";
    }

    private static String block(AnswerBlock block, Stop stop) {
        return switch (block) {
            case AnswerBlock.Text text -> "{\"type\":\"text\",\"text\":" + EventEncoder.quoted(text.whole()) + "}";
            case AnswerBlock.Thinking thinking ->
                "{\"type\":\"thinking\",\"thinking\":" + EventEncoder.quoted(thinking.whole()) + ",\"signature\":"
                        + EventEncoder.quoted(thinking.signature()) + "}";
            case AnswerBlock.ToolUse tool ->
                "{\"type\":\"tool_use\",\"id\":" + EventEncoder.quoted(tool.id()) + ",\"name\":"
                        + EventEncoder.quoted(tool.name()) + ",\"input\":" + input(tool, stop)
                        + ",\"caller\":{\"type\":\"direct\"}}";
        };
    }

    /** Input that was cut by {@code max_tokens} is not JSON and is left out. */
    private static String input(AnswerBlock.ToolUse tool, Stop stop) {
        return stop instanceof Stop.MaxTokens && !tool.whole().endsWith("}") ? "{}" : tool.whole();
    }
}
