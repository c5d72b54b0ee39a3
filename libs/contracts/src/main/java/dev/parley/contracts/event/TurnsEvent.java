package dev.parley.contracts.event;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** An event on {@code chat.turns}. */
public sealed interface TurnsEvent permits Turn, ConversationEvent, AnswerRated, AnswerEvicted {
    /** The event of a record; throws a {@link MalformedEventException}, whatever is wrong with it. */
    static TurnsEvent decode(Headers headers, byte @Nullable [] value) {
        return MalformedEventException.orMalformed(
                "the event cannot be decoded",
                () -> ChangeCodec.carries(headers)
                        ? ChangeCodec.decode(headers, value)
                        : TurnCodec.decode(headers, value));
    }
}
