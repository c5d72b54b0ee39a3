package dev.parley.contracts.event;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** An event on {@code chat.turns}. */
public sealed interface TurnsEvent permits Turn, ConversationEvent, AnswerRated, AnswerEvicted {
    /** The event of a record; throws a {@link MalformedEventException}, whatever is wrong with it. */
    static TurnsEvent decode(Headers headers, byte @Nullable [] value) {
        try {
            return ChangeCodec.carries(headers) ? ChangeCodec.decode(headers, value) : TurnCodec.decode(headers, value);
        } catch (MalformedEventException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MalformedEventException(
                    "the event cannot be decoded: " + e.getClass().getSimpleName(), e);
        }
    }
}
