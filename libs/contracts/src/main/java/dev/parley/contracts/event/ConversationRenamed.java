package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A title that a client gave to a conversation, valid until the next one.
 *
 * @param title one line of 1 to 80 characters
 * @param renamedAt when the gateway received the request; of two titles the later one is valid
 */
public record ConversationRenamed(
        RequestId request,
        TenantId tenant,
        ConversationId conversation,
        String title,
        Instant renamedAt,
        String traceparent)
        implements ConversationEvent {
    public static final int TITLE_CHARACTERS_MAX = 80;

    private static final Pattern BREAK = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]");
    private static final Pattern VISIBLE = Pattern.compile("[^\\p{Z}\\p{C}]");

    /** Whether a text is one line of 1 to 80 characters (code points), at least one of them visible. */
    public static boolean isTitle(String text) {
        return text.codePointCount(0, text.length()) <= TITLE_CHARACTERS_MAX
                && !BREAK.matcher(text).find()
                && VISIBLE.matcher(text).find();
    }
}
