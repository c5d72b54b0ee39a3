package dev.parley.cache.answer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps entries in memory, in the same form as Redis does. */
public final class InMemoryAnswerCache implements AnswerCache {
    private record Entry(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes, Instant until) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AnswerCodec codec;
    private final Clock clock;

    public InMemoryAnswerCache(AnswerCodec codec, Clock clock) {
        this.codec = codec;
        this.clock = clock;
    }

    @Override
    public Optional<Answer> find(AnswerKey key) {
        Entry entry = entries.get(key.text());
        if (entry == null) {
            return Optional.empty();
        }
        Optional<Answer> answer =
                entry.until().isAfter(clock.instant()) ? codec.decode(key, entry.bytes()) : Optional.empty();
        if (answer.isEmpty()) {
            entries.remove(key.text());
        }
        return answer;
    }

    @Override
    public void keep(AnswerKey key, Answer answer, Duration remaining) {
        entries.put(
                key.text(), new Entry(codec.encode(key, answer), clock.instant().plus(remaining)));
    }

    void plant(AnswerKey key, byte[] bytes) {
        entries.put(key.text(), new Entry(bytes, Instant.MAX));
    }

    boolean holds(AnswerKey key) {
        return entries.containsKey(key.text());
    }
}
