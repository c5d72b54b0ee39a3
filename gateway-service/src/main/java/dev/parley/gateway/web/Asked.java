package dev.parley.gateway.web;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.ReaderPresence.Reader;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request on its way to the log, and the answer that is waited for. It lives as long as the response, so it has nothing
 * of what was asked.
 *
 * @param onTheLog completes when the request is there
 * @param left whether the reader has gone
 * @param metered whether it is known how the answer went
 */
record Asked(
        Reader reader,
        ConversationId conversation,
        boolean streaming,
        CachePolicy cachePolicy,
        Instant receivedAt,
        OpenAnswer answer,
        OnDisconnect onDisconnect,
        Permit permit,
        CompletableFuture<Void> onTheLog,
        AtomicBoolean left,
        AtomicBoolean metered) {
    static Asked of(
            ChatRequested event,
            OpenAnswer answer,
            OnDisconnect onDisconnect,
            Permit permit,
            CompletableFuture<Void> onTheLog) {
        return new Asked(
                new Reader(event.generation(), event.tenant(), event.traceparent()),
                event.conversation(),
                event.streaming(),
                event.cachePolicy(),
                event.receivedAt(),
                answer,
                onDisconnect,
                permit,
                onTheLog,
                new AtomicBoolean(),
                new AtomicBoolean());
    }

    GenerationId generation() {
        return reader.generation();
    }
}
