package dev.parley.answercache;

import static dev.parley.testing.Events.NOON;

import java.time.Duration;
import java.time.ZoneOffset;
import org.threeten.extra.MutableClock;

class InMemoryAnswerCacheTest extends AnswerCacheContract {
    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final InMemoryAnswerCache cache = new InMemoryAnswerCache(DELETIONS, clock);

    @Override
    protected AnswerCache cache() {
        return cache;
    }

    @Override
    protected void plant(AnswerKey key, byte[] bytes) {
        cache.plant(key, bytes);
    }

    @Override
    protected boolean holds(AnswerKey key) {
        return cache.holds(key);
    }

    @Override
    protected void pass(Duration duration) {
        clock.add(duration);
    }
}
