package dev.parley.simulator.request;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;

/** One message of a conversation. */
public record Message(Role role, List<Block> content) {
    public enum Role {
        USER,
        ASSISTANT,
        /** Instructions in the middle of a conversation. */
        SYSTEM
    }

    /** A content block, reduced to what the simulator needs of it. */
    public sealed interface Block {
        record Text(String text) implements Block {}

        /**
         * An image or a document.
         *
         * @param bytes its size, 0 for one that is given by its address
         */
        record Media(String kind, String mediaType, long bytes) implements Block {}

        record ToolUse(String id, String name) implements Block {}

        record ToolResult(String toolUseId, String text, boolean error) implements Block {}

        /** Any other type, such as a thinking block that is sent back. */
        record Other(String type) implements Block {}
    }

    public Message {
        content = List.copyOf(content);
    }

    /** The text blocks as one text: the assistant's joined as they are, others on lines of their own. */
    public String text() {
        return blocks(Block.Text.class).map(Block.Text::text).collect(joining(role == Role.ASSISTANT ? "" : "\n"));
    }

    public <B extends Block> Stream<B> blocks(Class<B> type) {
        return content.stream().filter(type::isInstance).map(type::cast);
    }
}
