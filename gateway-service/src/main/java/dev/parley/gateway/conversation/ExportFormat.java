package dev.parley.gateway.conversation;

import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;
import java.util.Optional;

/** As what a conversation may be exported. */
public enum ExportFormat {
    MARKDOWN("text/markdown;charset=UTF-8", "md"),
    JSON("application/json", "json");

    private final String mediaType;
    private final String extension;

    ExportFormat(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /** Writes one conversation, from its beginning to its end. */
    public interface Writer {
        String beginning(ConversationSummary conversation);

        String turn(StoredTurn turn);

        String end();
    }

    /** The format that a client names. */
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

    /** A name for the file: the title's letters and digits. */
    public String fileName(ConversationSummary conversation) {
        String name = conversation.title().replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
        return (name.isEmpty() ? "conversation" : name) + "." + extension;
    }
}
