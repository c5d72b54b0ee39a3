package dev.parley.simulator.conversation;

/** A piece of a message's content, reduced to what the simulator needs of it. */
public sealed interface Block {
    record Text(String text) implements Block {}

    /**
     * A picture or document.
     *
     * @param bytes its size, 0 where only an address was given
     */
    record Media(String kind, String mediaType, long bytes) implements Block {}

    record ToolUse(String id, String name) implements Block {}

    record ToolResult(String toolUseId, String text, boolean error) implements Block {}

    /** Any other kind, such as a thinking block that is handed back. */
    record Other(String type) implements Block {}
}
