package dev.parley.simulator.conversation;

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

    public Message {
        content = List.copyOf(content);
    }

    /** The text blocks as one text: the assistant's joined as they are, others on lines of their own. */
    public String text() {
        return of(Block.Text.class).map(Block.Text::text).collect(joining(role == Role.ASSISTANT ? "" : "\n"));
    }

    public <B extends Block> Stream<B> of(Class<B> kind) {
        return content.stream().filter(kind::isInstance).map(kind::cast);
    }
}
