package dev.parley.answercache;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An answer cache in memory, with the entry format of Redis. */
public final class InMemoryAnswerCache implements AnswerCache {
    private record Entry(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes, Instant until) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<GenerationId, AnswerKey> keys = new ConcurrentHashMap<>();
    private final Map<ConversationKey, Set<String>> given = new ConcurrentHashMap<>();
    private final Map<ConversationKey, Instant> deleted = new ConcurrentHashMap<>();
    private final Deletions deletions;
    private final Clock clock;

    public InMemoryAnswerCache(Deletions deletions, Clock clock) {
        this.deletions = deletions;
        this.clock = clock;
    }

    @Override
    public Optional<KeptAnswer> find(AnswerKey key) {
        Entry entry = entries.get(key.text());
        if (entry == null) {
            return Optional.empty();
        }
        Optional<KeptAnswer> kept =
                entry.until().isAfter(clock.instant()) ? AnswerCodec.decode(key, entry.bytes()) : Optional.empty();
        Optional<KeptAnswer> answer = kept.filter(found -> !deletions.cover(
                key.tenant(), found.origin().conversation(), found.origin().generation()));
        if (answer.isEmpty()) {
            entries.remove(key.text());
        }
        return answer;
    }

    @Override
    public void keep(AnswerKey key, Origin origin, CachedAnswer answer, Duration remaining) {
        keys.put(origin.generation(), key);
        entries.put(
                key.text(),
                new Entry(
                        AnswerCodec.encode(key, origin, answer), clock.instant().plus(remaining)));
    }

    @Override
    public boolean note(ConversationKey conversation, GenerationId generation, AnswerKey key, Duration remaining) {
        Instant deletedAt = deleted.get(conversation);
        if (deletedAt != null && ConversationDeleted.covers(deletedAt, generation)) {
            return false;
        }
        given.computeIfAbsent(conversation, _ -> ConcurrentHashMap.newKeySet()).add(key.text());
        return true;
    }

    @Override
    public void forget(ConversationKey conversation, Instant deletedAt, Duration memory) {
        deleted.put(conversation, deletedAt);
        Set<String> answers = given.remove(conversation);
        if (answers != null) {
            entries.keySet().removeAll(answers);
        }
    }

    @Override
    public Optional<AnswerKey> key(GenerationId generation) {
        return Optional.ofNullable(keys.get(generation)).filter(key -> {
            Entry entry = entries.get(key.text());
            return entry == null
                    || AnswerCodec.decode(key, entry.bytes())
                            .map(kept -> kept.isOf(generation))
                            .orElse(true);
        });
    }

    @Override
    public void remove(AnswerKey key) {
        entries.remove(key.text());
    }

    void plant(AnswerKey key, byte[] bytes) {
        entries.put(key.text(), new Entry(bytes, Instant.MAX));
    }

    boolean holds(AnswerKey key) {
        return entries.containsKey(key.text());
    }
}
