package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptAnswer;
import dev.parley.answercache.Origin;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An answer cache in memory that records its calls; entries do not expire. */
final class RecordingAnswerCache implements AnswerCache {
    final Map<AnswerKey, KeptAnswer> kept = new HashMap<>();
    final Map<AnswerKey, Duration> remaining = new HashMap<>();
    private final Map<GenerationId, AnswerKey> keys = new HashMap<>();
    private final Map<ConversationKey, Set<AnswerKey>> notes = new HashMap<>();
    private final Map<ConversationKey, Instant> deletions = new HashMap<>();

    @Override
    public Optional<KeptAnswer> find(AnswerKey key) {
        return Optional.ofNullable(kept.get(key));
    }

    @Override
    public void keep(AnswerKey key, Origin origin, CachedAnswer answer, Duration forSoLong) {
        kept.put(key, new KeptAnswer(origin, answer));
        keys.put(origin.generation(), key);
        remaining.put(key, forSoLong);
    }

    @Override
    public boolean note(ConversationKey conversation, GenerationId generation, AnswerKey key, Duration forSoLong) {
        Instant deletedAt = deletions.get(conversation);
        if (deletedAt != null && ConversationDeleted.covers(deletedAt, generation)) {
            return false;
        }
        notes.computeIfAbsent(conversation, _ -> new HashSet<>()).add(key);
        return true;
    }

    @Override
    public void forget(ConversationKey conversation, Instant deletedAt, Duration memory) {
        deletions.put(conversation, deletedAt);
        notes.getOrDefault(conversation, Set.of()).forEach(kept::remove);
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
