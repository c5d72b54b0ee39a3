package dev.parley.cache.kafka;

import static java.util.stream.Collectors.toSet;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.ConversationKey;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An answer cache in memory that records its calls; entries do not expire. */
final class RecordingAnswerCache implements AnswerCache {
    final Map<AnswerKey, CacheEntry> kept = new HashMap<>();
    final Map<AnswerKey, Duration> remaining = new HashMap<>();
    /** The number of answers of each call that stores some. */
    final List<Integer> calls = new ArrayList<>();

    boolean down;
    private final Map<GenerationId, AnswerKey> keys = new HashMap<>();
    private final Map<ConversationKey, Set<AnswerKey>> links = new HashMap<>();
    private final Map<ConversationKey, Instant> deletions = new HashMap<>();

    @Override
    public Optional<CacheEntry> find(AnswerKey key) {
        return Optional.ofNullable(kept.get(key));
    }

    @Override
    public Set<GenerationId> deleted(List<CacheWrite> given) {
        return given.stream()
                .filter(answer -> {
                    Instant deletedAt = deletions.get(answer.conversation());
                    return deletedAt != null
                            && ConversationDeleted.covers(
                                    deletedAt, answer.origin().generation());
                })
                .map(answer -> answer.origin().generation())
                .collect(toSet());
    }

    @Override
    public void put(List<CacheWrite> given) {
        calls.add(given.size());
        if (down) {
            throw new CacheUnavailableException(new IllegalStateException("down"));
        }
        for (CacheWrite each : given) {
            links.computeIfAbsent(each.conversation(), _ -> new HashSet<>()).add(each.key());
            each.answer().ifPresent(answer -> {
                kept.put(each.key(), new CacheEntry(each.origin(), answer));
                keys.put(each.origin().generation(), each.key());
            });
            remaining.put(each.key(), each.remaining());
        }
    }

    @Override
    public void removeConversation(ConversationKey conversation, Instant deletedAt, Duration memory) {
        deletions.put(conversation, deletedAt);
        links.getOrDefault(conversation, Set.of()).forEach(kept::remove);
    }

    @Override
    public Optional<AnswerKey> key(GenerationId generation) {
        return Optional.ofNullable(keys.get(generation));
    }

    @Override
    public void remove(AnswerKey key) {
        kept.remove(key);
    }
}
