package dev.parley.simulator.answer;

import dev.parley.simulator.answer.Answer.Block;
import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.answer.Answer.Stop;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.Question;
import java.util.ArrayList;
import java.util.List;

/** Generates complete answers: thinking, then text or tool calls, within the limits of the request. */
public record AnswerGenerator(Ids ids, InputTokens inputTokens, Grading grading) {
    /** An answer whose text or length the directives may set. */
    public Answer generate(MessagesRequest request, Question question, Directives directives) {
        List<Block> blocks = new ArrayList<>();
        request.thinking()
                .filter(_ -> !request.prefilled())
                .map(thinking ->
                        new Content.Thinking(thinking.signature().orElseGet(ids::signature), thinking.omitted()))
                .ifPresent(thinking -> blocks.add(new Block(thinking, Tokens.split(Prose.thinking(question.text())))));
        List<Tool> tools =
                request.prefilled() ? List.of() : ToolSelection.choose(request.tools(), request.toolChoice(), question);
        Stop stop = tools.isEmpty()
                ? addText(blocks, request, question, directives)
                : addToolUses(blocks, request, tools, question);
        return limited(blocks, stop, request);
    }

    private Stop addText(List<Block> blocks, MessagesRequest request, Question question, Directives directives) {
        String text = grading.judgement(question.text()).orElseGet(() -> graded(request, question, directives));
        Stop stop = Stop.END_TURN;
        for (String sequence : request.stopSequences()) {
            int found = text.indexOf(sequence);
            if (found >= 0) {
                text = text.substring(0, found);
                stop = Stop.at(sequence);
            }
        }
        blocks.add(new Block(new Content.Text(), Tokens.split(text)));
        return stop;
    }

    private String graded(MessagesRequest request, Question question, Directives directives) {
        String text = TextWriter.write(question, directives, request.outputSchema());
        boolean free = directives.text(Directive.TEXT).isEmpty()
                && !request.outputSchema().isObject();
        return free
                ? grading.result(request.model().id(), question.text())
                        .map(result -> text + "\n\n" + result)
                        .orElse(text)
                : text;
    }

    /** Where the use of tools is optional, a sentence comes before the calls, as in Claude's answers. */
    private Stop addToolUses(List<Block> blocks, MessagesRequest request, List<Tool> tools, Question question) {
        if (request.toolChoice() instanceof ToolChoice.Auto) {
            String sentence = "*Simulated:* I’ll use `" + tools.getFirst().name() + "` for that.";
            blocks.add(new Block(new Content.Text(), Tokens.split(sentence)));
        }
        for (Tool tool : tools) {
            String input = ToolInput.of(tool.inputSchema(), question.text()).toString();
            blocks.add(new Block(new Content.ToolUse(ids.toolUse(), tool.name()), Tokens.splitJson(input)));
        }
        return Stop.TOOL_USE;
    }

    private Answer limited(List<Block> blocks, Stop stop, MessagesRequest request) {
        List<Block> kept = new ArrayList<>();
        int left = request.maxTokens();
        int thinking = 0;
        Stop reached = stop;
        for (Block block : blocks) {
            int pieces = block.pieces().size();
            if (pieces > left) {
                reached = Stop.MAX_TOKENS;
            }
            int taken = Math.min(pieces, left);
            if (taken > 0) {
                kept.add(block.first(taken));
            }
            if (block.content() instanceof Content.Thinking) {
                thinking += taken;
            }
            left -= taken;
        }
        int output = Math.max(1, request.maxTokens() - left);
        return new Answer(
                ids.message(),
                request.model().id(),
                kept,
                reached,
                inputTokens.usage(request).withOutput(output, thinking));
    }
}
