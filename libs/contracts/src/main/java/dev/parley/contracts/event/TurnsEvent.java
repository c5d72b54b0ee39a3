package dev.parley.contracts.event;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** An event on {@code chat.turns}. */
public sealed interface TurnsEvent permits Turn, ConversationEvent, AnswerRated, AnswerEvicted {
    /**
     * The event of a record.
     *
     * @throws MalformedEventException if the record is no such event, or of an unknown version; whatever is wrong with it
     */
    static TurnsEvent decode(Headers headers, byte @Nullable [] value) {
        try {
            if (ConversationCodec.carries(headers)) {
                return ConversationCodec.decode(headers, value);
            } else if (RatingCodec.carries(headers)) {
                return RatingCodec.decode(headers, value);
            } else if (EvictionCodec.carries(headers)) {
                return EvictionCodec.decode(headers, value);
            }
            return TurnCodec.decode(headers, value);
        } catch (MalformedEventException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MalformedEventException(
                    "the event cannot be decoded: " + e.getClass().getSimpleName(), e);
        }
    }
}
