package dev.parley.gateway.conversation;

import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;
import java.util.Optional;

/** The file formats of an export. */
public enum ExportFormat {
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

    /** The format with the name used in requests; empty if unknown. */
    public static Optional<ExportFormat> of(String name) {
        return switch (name) {
            case "markdown" -> Optional.of(MARKDOWN);
            case "json" -> Optional.of(JSON);
            default -> Optional.empty();
        };
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
