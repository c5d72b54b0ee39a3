package dev.parley.simulator.request;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What a conversation asks.
 *
 * @param text the user's text that is to be answered, empty if there is none
 * @param earlier the user's question before this one
 * @param media images and documents of the question
 * @param toolResults the results in the last message
 */
public record Question(
        String text, Progress progress, Optional<String> earlier, List<Media> media, List<ToolResult> toolResults) {

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

    /**
     * An image or a document.
     *
     * @param bytes its size, 0 for one that is given by its address
     */
    public record Media(String kind, String mediaType, long bytes) {
        private static Media of(JsonNode block) {
            JsonNode source = block.path("source");
            int characters = string(source, "data").length();
            return new Media(
                    string(block, "type"),
                    source.path("media_type").stringValue("unknown type"),
                    string(source, "type").equals("base64") ? characters * 3L / 4 : characters);
        }
    }

    public record ToolResult(String text, boolean error) {
        private static ToolResult of(JsonNode block) {
            return new ToolResult(
                    Question.text(block.path("content"), "\n"),
                    block.path("is_error").booleanValue(false));
        }
    }

    /** The question of a conversation, which has at least one message. */
    static Question of(JsonNode messages) {
        int last = messages.size() - 1;
        String lastText = text(messages.path(last));
        if (hasRole(messages.path(last), "assistant")) {
            return at(askedBefore(messages, last), messages, new Progress.Prefilled(lastText));
        }
        String before = text(messages.path(last - 1));
        boolean continues = last >= 2
                && hasRole(messages.path(last - 1), "assistant")
                && !before.isEmpty()
                && CONTINUE.matcher(lastText).find();
        return continues
                ? at(askedBefore(messages, last - 1), messages, new Progress.ContinueRequested(before, lastText))
                : at(askedBefore(messages, last + 1), messages, new Progress.Fresh());
    }

    /** The same question with its text, and an instruction to continue, changed. */
    public Question map(UnaryOperator<String> change) {
        String changedText = change.apply(text);
        Progress changed = progress instanceof Progress.ContinueRequested(String written, String instruction)
                ? new Progress.ContinueRequested(written, change.apply(instruction))
                : progress;
        return new Question(changedText, changed, earlier, media, toolResults);
    }

    /** The same conversation, with the instruction to continue as a question of its own. */
    public Question asking(String instruction) {
        return new Question(instruction, new Progress.Fresh(), Optional.of(text), List.of(), toolResults);
    }

    private static Question at(int position, JsonNode messages, Progress progress) {
        JsonNode asked = messages.path(position);
        int before = askedBefore(messages, position);
        return new Question(
                text(asked),
                progress,
                before < position ? Optional.of(text(messages.path(before))) : Optional.empty(),
                media(asked).map(Media::of).toList(),
                blocks(messages.path(messages.size() - 1), Set.of("tool_result"))
                        .map(ToolResult::of)
                        .toList());
    }

    /** The last user message with text before a position; the first message of all if there is none. */
    private static int askedBefore(JsonNode messages, int position) {
        for (int i = position - 1; i >= 0; i--) {
            if (hasRole(messages.path(i), "user") && !text(messages.path(i)).isBlank()) {
                return i;
            }
        }
        return 0;
    }

    /** The image and document blocks of a message. */
    static Stream<JsonNode> media(JsonNode message) {
        return blocks(message, Set.of("image", "document"));
    }

    private static Stream<JsonNode> blocks(JsonNode message, Set<String> types) {
        return message.path("content").valueStream().filter(block -> types.contains(string(block, "type")));
    }

    /** The text blocks of a message: the assistant's joined as they are, others on lines of their own. */
    private static String text(JsonNode message) {
        return text(message.path("content"), hasRole(message, "assistant") ? "" : "\n");
    }

    private static String text(JsonNode content, String separator) {
        return content.isString()
                ? content.stringValue("")
                : content.valueStream()
                        .filter(block -> block.path("text").isString())
                        .map(block -> string(block, "text"))
                        .collect(joining(separator));
    }

    static boolean hasRole(JsonNode message, String role) {
        return string(message, "role").equals(role);
    }

    static String string(JsonNode object, String field) {
        return object.path(field).stringValue("");
    }
}
