package dev.parley.gateway.conversation;

import dev.parley.contracts.TextEnum;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;

/** The file formats of an export. */
public enum ExportFormat implements TextEnum {
    MARKDOWN("text/markdown;charset=UTF-8", "md"),
    JSON("application/json", "json");

    private final String mediaType;
    private final String extension;

    ExportFormat(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /** Encoder of one conversation. Called in order: beginning, turns, end. */
    public interface Writer {
        String beginning(ConversationSummary conversation);

        String turn(StoredTurn turn);

        String end();
    }

    public Writer writer() {
        return switch (this) {
            case MARKDOWN -> new MarkdownExport();
            case JSON -> new JsonExport();
        };
    }

    public String mediaType() {
        return mediaType;
    }

    /** The file name: the letters and digits of the title, joined by hyphens. */
    public String fileName(ConversationSummary conversation) {
        String name = conversation.title().replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
        return (name.isEmpty() ? "conversation" : name) + "." + extension;
    }
}
