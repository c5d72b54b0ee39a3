package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The newest generation of each conversation whose last piece this gateway has received for a reader. Covers the interval in which
 * a client has an answer whose turn is not on the log yet. Holds at least the latest {@value #REMEMBERED_MIN} entries and at most
 * twice as many: when the younger half is full, the older is discarded. Lock-free, because the end of every answer writes to it.
 */
public final class RecentAnswers {
    static final int REMEMBERED_MIN = 10_000;

    private volatile ConcurrentHashMap<ConversationName, GenerationId> younger = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<ConversationName, GenerationId> older = new ConcurrentHashMap<>();

    public void ended(ConversationName conversation, GenerationId generation) {
        if (lastEnded(conversation)
                .filter(known -> known.value().compareTo(generation.value()) > 0)
                .isPresent()) {
            return;
        }
        ConcurrentHashMap<ConversationName, GenerationId> half = younger;
        half.put(conversation, generation);
        if (half.size() >= REMEMBERED_MIN) {
            older = half;
            younger = new ConcurrentHashMap<>();
        }
    }

    /** The newest generation of a conversation that has ended. */
    public Optional<GenerationId> lastEnded(ConversationName conversation) {
        GenerationId generation = younger.get(conversation);
        return Optional.ofNullable(generation == null ? older.get(conversation) : generation);
    }

    /** The conversation of which a generation is the newest that has ended. Searches all entries. */
    public Optional<ConversationName> conversationOf(GenerationId generation) {
        return Stream.of(younger, older)
                .flatMap(half -> half.entrySet().stream())
                .filter(entry -> entry.getValue().equals(generation))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
