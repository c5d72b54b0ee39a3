package dev.parley.experiment.trial;

import dev.parley.messages.Thinking;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A content as the judge reads it: text, calls of tools and their results. Thinking is left out, because a reader of the answer
 * does not see it. Images, documents and encrypted parts would be base64, with many times the tokens that Claude counts for them.
 */
final class JudgedContent {
    private static final String TEXT = "text";
    private static final String CALL = "tool_use";
    private static final String RESULT = "tool_result";

    private JudgedContent() {}

    static boolean isReadable(JsonNode content) {
        return content.valueStream().allMatch(block -> switch (type(block)) {
            case TEXT, CALL -> true;
            case RESULT -> isReadable(block.path("content"));
            default -> Thinking.is(block);
        });
    }

    /** The text of a content; of a block that the judge cannot read, its type. */
    static String text(JsonNode content) {
        return content.stringValue("")
                + content.valueStream().map(JudgedContent::ofBlock).collect(Collectors.joining());
    }

    private static String ofBlock(JsonNode block) {
        String type = type(block);
        return switch (type) {
            case TEXT -> block.path(TEXT).stringValue("");
            case CALL -> "[%s %s %s]".formatted(CALL, block.path("name").stringValue(""), block.path("input"));
            case RESULT -> "[%s %s]".formatted(RESULT, text(block.path("content")));
            default -> Thinking.is(block) ? "" : "[" + type + "]";
        };
    }

    private static String type(JsonNode block) {
        return block.path("type").stringValue("");
    }
}
