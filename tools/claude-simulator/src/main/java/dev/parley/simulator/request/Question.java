package dev.parley.simulator.request;

import dev.parley.simulator.request.Message.Block;
import dev.parley.simulator.request.Message.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a conversation asks.
 *
 * @param text the user's text that is to be answered, empty if there is none
 * @param earlier the user's question before this one
 * @param media images and documents of the question
 * @param toolResults the results in the last message
 */
public record Question(
        String text,
        Progress progress,
        Optional<String> earlier,
        List<Block.Media> media,
        List<Block.ToolResult> toolResults) {

    private static final Pattern CONTINUE =
            Pattern.compile("\\b(continue|go on|carry on|keep going|pick up|resume)\\b", Pattern.CASE_INSENSITIVE);

    /** How much of the answer was written before this request. */
    public sealed interface Progress {
        /** Nothing. */
        record Fresh() implements Progress {}

        /** The request ends with the beginning of the answer. */
        record Prefilled(String written) implements Progress {}

        /**
         * A user message asks to continue.
         *
         * @param written the assistant's message before it
         * @param instruction the user message itself: it is the question if nothing is left to continue with
         */
        record ContinueRequested(String written, String instruction) implements Progress {}
    }

    public Question {
        media = List.copyOf(media);
        toolResults = List.copyOf(toolResults);
    }

    /** The question of a conversation, which has at least one message, the first of them a user's. */
    public static Question of(List<Message> messages) {
        int last = messages.size() - 1;
        if (messages.get(last).role() == Role.ASSISTANT) {
            return at(
                    askedBefore(messages, last),
                    messages,
                    new Progress.Prefilled(messages.get(last).text()));
        }
        if (asksToContinue(messages)) {
            String written = messages.get(last - 1).text();
            return at(
                    askedBefore(messages, last - 1),
                    messages,
                    new Progress.ContinueRequested(written, messages.get(last).text()));
        }
        return at(askedBefore(messages, last + 1), messages, new Progress.Fresh());
    }

    /** The same question with its text, and an instruction to continue, changed. */
    public Question map(UnaryOperator<String> change) {
        Progress changed = progress;
        String changedText = change.apply(text);
        if (progress instanceof Progress.ContinueRequested(String written, String instruction)) {
            changed = new Progress.ContinueRequested(written, change.apply(instruction));
        }
        return new Question(changedText, changed, earlier, media, toolResults);
    }

    /** The same conversation, with the instruction to continue as a question of its own. */
    public Question asking(String instruction) {
        return new Question(instruction, new Progress.Fresh(), Optional.of(text), List.of(), toolResults);
    }

    private static boolean asksToContinue(List<Message> messages) {
        return messages.size() >= 3
                && messages.get(messages.size() - 2).role() == Role.ASSISTANT
                && !messages.get(messages.size() - 2).text().isEmpty()
                && CONTINUE.matcher(messages.getLast().text()).find();
    }

    private static Question at(int position, List<Message> messages, Progress progress) {
        Message asked = messages.get(position);
        int before = askedBefore(messages, position);
        return new Question(
                asked.text(),
                progress,
                before < position ? Optional.of(messages.get(before).text()) : Optional.empty(),
                asked.blocks(Block.Media.class).toList(),
                messages.getLast().blocks(Block.ToolResult.class).toList());
    }

    /** The last user message with text before a position; the first message of all if there is none. */
    private static int askedBefore(List<Message> messages, int position) {
        for (int i = position - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.USER && !messages.get(i).text().isBlank()) {
                return i;
            }
        }
        return 0;
    }
}
