package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest generation of each conversation whose last piece this gateway has received for a reader. Covers the interval in which
 * a client has an answer whose turn is not on the log yet. Holds at least the latest {@value #REMEMBERED_MIN} entries and at most
 * twice as many. Lock-free, because every request writes to it.
 */
public final class RecentAnswers {
    static final int REMEMBERED_MIN = 10_000;

    private final Recent<GenerationId, ConversationName> requested = new Recent<>();
    private final Recent<ConversationName, GenerationId> ended = new Recent<>();

    public void requested(ChatRequested event) {
        requested.put(event.generation(), new ConversationName(event.tenant(), event.conversation()));
    }

    /** Records the end of a generation that was requested through this gateway; others are ignored. */
    public void ended(GenerationId generation) {
        requested.get(generation).ifPresent(conversation -> ended(conversation, generation));
    }

    public void ended(ConversationName conversation, GenerationId generation) {
        if (lastEnded(conversation)
                .filter(known -> known.value().compareTo(generation.value()) > 0)
                .isEmpty()) {
            ended.put(conversation, generation);
        }
    }

    /** The newest generation of a conversation that has ended. */
    public Optional<GenerationId> lastEnded(ConversationName conversation) {
        return ended.get(conversation);
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
            V value = younger.get(key);
            return Optional.ofNullable(value == null ? older.get(key) : value);
        }
    }
}
