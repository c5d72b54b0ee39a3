package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.answers.Delivery;
import dev.parley.gateway.web.answers.ReaderPresence.Reader;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * A published request whose answer is being delivered. It lives as long as the response, so it has no reference to the request.
 *
 * @param published completes when all in-sync replicas have the request
 */
record PendingAnswer(
        Reader reader,
        ConversationId conversation,
        boolean streaming,
        CachePolicy cachePolicy,
        Instant receivedAt,
        OpenAnswer answer,
        OnDisconnect onDisconnect,
        Permit permit,
        CompletableFuture<Void> published,
        Delivery delivery) {
    GenerationId generation() {
        return reader.generation();
    }
}
