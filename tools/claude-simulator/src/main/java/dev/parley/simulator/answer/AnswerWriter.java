package dev.parley.simulator.answer;

import dev.parley.simulator.conversation.Question;
import dev.parley.simulator.prose.Prose;
import dev.parley.simulator.prose.Tokens;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.tool.Tool;
import dev.parley.simulator.tool.ToolChoice;
import dev.parley.simulator.tool.ToolInput;
import dev.parley.simulator.tool.ToolSelection;
import java.util.ArrayList;
import java.util.List;

/** Writes whole answers: thinking, then text or calls of tools, within the limits of the request. */
public final class AnswerWriter {
    private final Ids ids;
    private final InputTokens inputTokens;

    public AnswerWriter(Ids ids, InputTokens inputTokens) {
        this.ids = ids;
        this.inputTokens = inputTokens;
    }

    public Answer write(MessagesRequest request, Question question, Wish wish) {
        List<AnswerBlock> blocks = new ArrayList<>();
        if (request.thinking() && !request.prefilled()) {
            blocks.add(new AnswerBlock.Thinking(Tokens.split(Prose.thought(question.text())), ids.signature()));
        }
        List<Tool> tools =
                request.prefilled() ? List.of() : ToolSelection.choose(request.tools(), request.toolChoice(), question);
        Stop stop = tools.isEmpty()
                ? addText(blocks, request, question, wish)
                : addToolUses(blocks, request, tools, question);
        return limited(blocks, stop, request);
    }

    private static Stop addText(List<AnswerBlock> blocks, MessagesRequest request, Question question, Wish wish) {
        String text = TextWriter.write(question, fitting(wish, request, question));
        Stop stop = new Stop.EndTurn();
        for (String sequence : request.stopSequences()) {
            int found = text.indexOf(sequence);
            if (found >= 0) {
                text = text.substring(0, found);
                stop = new Stop.StopSequence(sequence);
            }
        }
        blocks.add(new AnswerBlock.Text(Tokens.split(text)));
        return stop;
    }

    /** Where a schema is given and nothing else is wished, words that fit it. */
    private static Wish fitting(Wish wish, MessagesRequest request, Question question) {
        return wish instanceof Wish.Anything && request.outputSchema().isObject()
                ? new Wish.Words(
                        ToolInput.of(request.outputSchema(), question.text()).toString())
                : wish;
    }

    /** Where the use of a tool was left open, a sentence goes before it, as Claude does. */
    private Stop addToolUses(List<AnswerBlock> blocks, MessagesRequest request, List<Tool> tools, Question question) {
        if (request.toolChoice() instanceof ToolChoice.Auto) {
            blocks.add(new AnswerBlock.Text(
                    Tokens.split("*Simulated:* I’ll use `" + tools.getFirst().name() + "` for that.")));
        }
        for (Tool tool : tools) {
            String input = ToolInput.of(tool.inputSchema(), question.text()).toString();
            blocks.add(new AnswerBlock.ToolUse(ids.toolUse(), tool.name(), Tokens.splitJson(input)));
        }
        return new Stop.ToolUse();
    }

    private Answer limited(List<AnswerBlock> blocks, Stop stop, MessagesRequest request) {
        List<AnswerBlock> kept = new ArrayList<>();
        int left = request.maxTokens();
        Stop reached = stop;
        for (AnswerBlock block : blocks) {
            int pieces = block.pieces().size();
            if (pieces > left) {
                reached = new Stop.MaxTokens();
            }
            int taken = Math.min(pieces, left);
            if (taken > 0) {
                kept.add(block.first(taken));
            }
            left -= taken;
        }
        int output = Math.max(1, request.maxTokens() - left);
        return new Answer(
                ids.message(),
                request.model().id(),
                kept,
                reached,
                inputTokens.usage(request).withOutput(output, thinking(kept)));
    }

    private static int thinking(List<AnswerBlock> blocks) {
        return blocks.stream()
                .filter(AnswerBlock.Thinking.class::isInstance)
                .mapToInt(block -> block.pieces().size())
                .sum();
    }
}
