package dev.parley.cache.request;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers in which conversation each question was asked first, so that identical requests are passed on to the same
 * place, where they coalesce. One replica sees all requests with a fingerprint; after a rebalance the memory begins anew,
 * and at worst Claude is asked twice. Thread-safe.
 */
public final class FirstConversations {
    private static final int QUESTIONS_MAX = 20_000;

    private record Question(TenantId tenant, Fingerprint fingerprint) {}

    private final Map<Question, ConversationId> first = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, ConversationId> eldest) {
            return size() > QUESTIONS_MAX;
        }
    };

    /** The conversation by which this request is passed on. A request for an answer of its own keeps its own. */
    public synchronized ConversationId of(ChatRequested requested) {
        if (requested.cachePolicy() != CachePolicy.USE) {
            return requested.conversation();
        }
        return first.computeIfAbsent(
                new Question(requested.tenant(), requested.fingerprint()), _ -> requested.conversation());
    }
}
