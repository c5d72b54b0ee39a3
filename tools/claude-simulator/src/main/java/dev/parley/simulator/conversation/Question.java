package dev.parley.simulator.conversation;

import dev.parley.simulator.conversation.Message.Role;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a conversation leads up to.
 *
 * @param text the user's words that are to be answered, empty if there are none
 * @param progress how far the answer has come
 * @param earlier what the user asked before, if anything
 * @param media pictures and documents that came with the question
 * @param toolResults results handed back with the last message
 */
public record Question(
        String text,
        Progress progress,
        Optional<String> earlier,
        List<Block.Media> media,
        List<Block.ToolResult> toolResults) {

    private static final Pattern GO_ON =
            Pattern.compile("\\b(continue|go on|carry on|keep going|pick up|resume)\\b", Pattern.CASE_INSENSITIVE);

    public Question {
        media = List.copyOf(media);
        toolResults = List.copyOf(toolResults);
    }

    /** The question of a conversation, which has at least one message, the first of them a user's. */
    public static Question of(List<Message> messages) {
        Message last = messages.getLast();
        if (last.role() == Role.ASSISTANT) {
            return at(askedBefore(messages, messages.size() - 1), messages, new Progress.Begun(last.text()));
        }
        if (asksToGoOn(messages)) {
            String written = messages.get(messages.size() - 2).text();
            return at(
                    askedBefore(messages, messages.size() - 2),
                    messages,
                    new Progress.AskedToGoOn(written, last.text()));
        }
        return at(askedBefore(messages, messages.size()), messages, new Progress.Fresh());
    }

    public Question withText(String other) {
        return new Question(other, progress, earlier, media, toolResults);
    }

    /** The same conversation, with the wish to go on taken for a question of its own. */
    public Question withWishAsText(String wish) {
        return new Question(wish, new Progress.Fresh(), Optional.of(text), List.of(), toolResults);
    }

    private static boolean asksToGoOn(List<Message> messages) {
        return messages.size() >= 3
                && messages.get(messages.size() - 2).role() == Role.ASSISTANT
                && !messages.get(messages.size() - 2).text().isEmpty()
                && GO_ON.matcher(messages.getLast().text()).find();
    }

    private static Question at(int position, List<Message> messages, Progress progress) {
        Message asked = messages.get(position);
        int before = askedBefore(messages, position);
        return new Question(
                asked.text(),
                progress,
                before < position ? Optional.of(messages.get(before).text()) : Optional.empty(),
                asked.of(Block.Media.class).toList(),
                messages.getLast().of(Block.ToolResult.class).toList());
    }

    /** The last user message with words in it before a position; the first message of all if there is none. */
    private static int askedBefore(List<Message> messages, int position) {
        for (int i = position - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.USER && !messages.get(i).text().isBlank()) {
                return i;
            }
        }
        return 0;
    }
}
