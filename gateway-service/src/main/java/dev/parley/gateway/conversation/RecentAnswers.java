package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which answer this gateway has asked for last in a conversation, and which have ended: for the moment in which
 * a client has an answer whose turn is not on the log yet. The latest {@value #REMEMBERED_MIN} at least, twice as many at
 * most; no lock, since every request is noted.
 */
public final class RecentAnswers {
    static final int REMEMBERED_MIN = 10_000;

    private final Recent<ConversationName, GenerationId> asked = new Recent<>();
    private final Recent<GenerationId, Boolean> ended = new Recent<>();

    public void asked(ChatRequested event) {
        asked.put(new ConversationName(event.tenant(), event.conversation()), event.generation());
    }

    public void ended(GenerationId generation) {
        ended.put(generation, true);
    }

    /** The answer that was asked for last, if it has ended. */
    Optional<GenerationId> lastEnded(ConversationName conversation) {
        return asked.get(conversation)
                .filter(generation -> ended.get(generation).isPresent());
    }

    /** A map in two halves: when the younger is full, the older is forgotten. */
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
