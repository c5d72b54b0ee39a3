package dev.parley.contracts.event;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/**
 * A reader's opinion of an answer. It is on {@code chat.turns}; of several about one answer the last one is valid.
 *
 * @param request that gave it
 * @param generation that it is about
 * @param comment at most {@value #COMMENT_CHARACTERS_MAX} characters, empty for none
 * @param ratedAt when the gateway received the request
 * @param traceparent the W3C trace context of the request
 */
public record AnswerRated(
        RequestId request,
        TenantId tenant,
        GenerationId generation,
        Rating rating,
        String comment,
        Instant ratedAt,
        String traceparent)
        implements TurnsEvent {
    public static final int COMMENT_CHARACTERS_MAX = 2_000;

    public enum Rating implements TextEnum {
        UP,
        DOWN
    }

    /** Whether a text is short enough, in code points. */
    public static boolean isComment(String text) {
        return text.codePointCount(0, text.length()) <= COMMENT_CHARACTERS_MAX;
    }
}
