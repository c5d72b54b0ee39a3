package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last generation of each conversation requested through this gateway, and the generations that have ended. Covers
 * the interval in which a client has an answer whose turn is not on the log yet. Holds at least the latest
 * {@value #REMEMBERED_MIN} entries and at most twice as many. Lock-free, because every request writes to it.
 */
public final class RecentAnswers {
    static final int REMEMBERED_MIN = 10_000;

    private final Recent<ConversationName, GenerationId> requested = new Recent<>();
    private final Recent<GenerationId, Boolean> ended = new Recent<>();

    public void requested(ChatRequested event) {
        requested.put(new ConversationName(event.tenant(), event.conversation()), event.generation());
    }

    public void ended(GenerationId generation) {
        ended.put(generation, true);
    }

    /** The last requested generation of a conversation, if it has ended. */
    public Optional<GenerationId> lastEnded(ConversationName conversation) {
        return requested
                .get(conversation)
                .filter(generation -> ended.get(generation).isPresent());
    }

    /** A bounded map of two halves: when the younger is full, the older is discarded. */
    private static final class Recent<K, V> {
        private volatile ConcurrentHashMap<K, V> younger = new ConcurrentHashMap<>();
        private volatile ConcurrentHashMap<K, V> older = new ConcurrentHashMap<>();

        void put(K key, V value) {
            ConcurrentHashMap<K, V> half = younger;
            half.put(key, value);
            if (half.size() >= REMEMBERED_MIN) {
                older = half;
                younger = new ConcurrentHashMap<>();
            }
        }

        Optional<V> get(K key) {
            ConcurrentHashMap<K, V> before = older;
            V value = younger.get(key);
            return Optional.ofNullable(value == null ? before.get(key) : value);
        }
    }
}
