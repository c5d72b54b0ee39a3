package dev.parley.answercache.lookup;

import static dev.parley.answercache.ExampleAnswers.answer;
import static dev.parley.answercache.ExampleAnswers.key;
import static dev.parley.answercache.ExampleAnswers.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedLookupTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScriptedCache cache = new ScriptedCache();
    private final LookupSettings settings = settings(Duration.ofSeconds(10), LONG);
    private final CircuitBreaker breaker = Breakers.breaker("redis", settings, registry);
    private final BoundedLookup lookup = new BoundedLookup(cache, settings, breaker, registry);
    private final BoundedLookup brief =
            new BoundedLookup(cache, settings(Duration.ofMillis(500), LONG), breaker, registry);

    private static LookupSettings settings(Duration timeLimit, Duration pause) {
        return new LookupSettings(timeLimit, 12, timeLimit.dividedBy(5), 80, new BreakerSettings(10, 4, 50, pause, 1));
    }

    @AfterEach
    void close() {
        cache.thaw.countDown();
        brief.close();
        lookup.close();
    }

    @Test
    void findsAnAnswer() throws InterruptedException {
        CacheEntry answer = new CacheEntry(origin(), answer("Because."));
        cache.script = Script.of(Optional.of(answer));
        assertThat(lookup.find(key())).isEqualTo(new Found(answer));
        assertThat(timed("found")).isEqualTo(1);
    }

    @Test
    void findsNothing() throws InterruptedException {
        cache.script = Script.of(Optional.empty());
        assertThat(lookup.find(key())).isEqualTo(new NotFound());
        assertThat(timed("not_found")).isEqualTo(1);
    }

    @Test
    void returnsInTimeWhenTheCacheHangs() throws InterruptedException {
        cache.script = cache::hang;
        assertThat(brief.find(key())).isEqualTo(new Unavailable());
        assertThat(timed("late")).isEqualTo(1);
    }

    @Test
    void skipsAFailingCacheUntilItRecovers() throws InterruptedException {
        assertThat(open()).isZero();
        cache.script = Script.failing();
        for (int i = 0; i < 20; i++) {
            assertThat(lookup.find(key())).isEqualTo(new Unavailable());
        }
        assertThat(cache.asked).hasValue(4);
        assertThat(timed("failed")).isEqualTo(4);
        assertThat(timed("refused")).isEqualTo(16);
        assertThat(open()).isEqualTo(1);

        cache.script = Script.of(Optional.empty());
        breaker.transitionToHalfOpenState();
        assertThat(lookup.find(key())).isEqualTo(new NotFound());
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(open()).isZero();
    }

    @Test
    void asksAFailingCacheAgainAfterThePause() throws InterruptedException {
        CircuitBreaker pausing =
                Breakers.breaker("pausing", settings(Duration.ofSeconds(10), Duration.ofMillis(100)), registry);
        try (BoundedLookup other = new BoundedLookup(cache, settings, pausing, registry)) {
            cache.script = Script.failing();
            for (int i = 0; i < 4; i++) {
                assertThat(other.find(key())).isEqualTo(new Unavailable());
            }
            cache.script = Script.of(Optional.empty());
            await().untilAsserted(() -> assertThat(other.find(key())).isEqualTo(new NotFound()));
            assertThat(pausing.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @Test
    void skipsASlowCache() throws InterruptedException {
        cache.script = cache::hang;
        for (int i = 0; i < 100; i++) {
            assertThat(brief.find(key())).isEqualTo(new Unavailable());
        }
        // Hanging lookups occupy all permits, so no further lookup starts.
        await().untilAsserted(() -> assertThat(cache.asked).hasValue(3));
    }

    @Test
    void limitsConcurrentLookups() throws InterruptedException {
        cache.script = cache::hang;
        for (int i = 0; i < 4; i++) {
            brief.find(key());
        }
        await().untilAsserted(() -> assertThat(cache.asked).hasValue(3));
        assertThat(timed("crowded")).isEqualTo(1);
    }

    @Test
    void limitsTheLookupsOfAllTenants() throws InterruptedException {
        CircuitBreaker patient = CircuitBreaker.ofDefaults("patient");
        cache.script = cache::hang;
        try (BoundedLookup all = new BoundedLookup(cache, settings(Duration.ofMillis(50), LONG), patient, registry)) {
            for (int i = 0; i < 15; i++) {
                all.find(new AnswerKey(new TenantId("tenant" + i % 5), key().fingerprint()));
            }
            assertThat(timed("late")).isEqualTo(12);
            assertThat(timed("crowded")).isEqualTo(3);
            cache.thaw.countDown();
        }
    }

    /** Else large answers of one tenant make the hits of all others misses. */
    @Test
    void leavesPlacesToOtherTenants() throws InterruptedException {
        CircuitBreaker patient = CircuitBreaker.ofDefaults("patient");
        AnswerKey other = new AnswerKey(new TenantId("other"), key().fingerprint());
        cache.script = key -> key.equals(other) ? Optional.empty() : cache.hang(key);
        try (BoundedLookup shared =
                new BoundedLookup(cache, settings(Duration.ofMillis(50), LONG), patient, registry)) {
            for (int i = 0; i < 12; i++) {
                assertThat(shared.find(key())).isEqualTo(new Unavailable());
            }
            assertThat(timed("late")).isEqualTo(3);
            assertThat(timed("crowded")).isEqualTo(9);
            await().untilAsserted(() -> assertThat(shared.find(other)).isEqualTo(new NotFound()));
            cache.thaw.countDown();
            await().untilAsserted(() -> assertThat(shared.find(key())).isEqualTo(new NotFound()));
        }
    }

    @Test
    void warmsUpForAnyResultOfTheCache() {
        cache.script = Script.failing();
        lookup.warmUp(key());
        await().untilAsserted(() -> assertThat(cache.asked).hasValue(1));
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    }

    @Test
    void recoversFromABugInTheCache() throws InterruptedException {
        cache.script = _ -> {
            throw new IllegalArgumentException("a bug");
        };
        assertThat(lookup.find(key())).isEqualTo(new Unavailable());
    }

    private double open() {
        return registry.get("parley.breaker.open")
                .tag("breaker", "redis")
                .gauge()
                .value();
    }

    private long timed(String outcome) {
        return registry.get("parley.cache.lookup")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private interface Script {
        Optional<CacheEntry> answer(AnswerKey key) throws InterruptedException;

        static Script of(Optional<CacheEntry> answer) {
            return _ -> answer;
        }

        static Script failing() {
            return _ -> {
                throw new CacheUnavailableException(new IllegalStateException("down"));
            };
        }
    }

    private static final class ScriptedCache implements AnswerCache {
        private final CountDownLatch thaw = new CountDownLatch(1);
        private final AtomicInteger asked = new AtomicInteger();
        private volatile Script script = Script.of(Optional.empty());

        @Override
        public Optional<CacheEntry> find(AnswerKey key) {
            asked.incrementAndGet();
            try {
                return script.answer(key);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CacheUnavailableException(e);
            }
        }

        Optional<CacheEntry> hang(AnswerKey key) throws InterruptedException {
            thaw.await();
            return Optional.empty();
        }

        @Override
        public Set<GenerationId> deleted(List<CacheWrite> given) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public void put(List<CacheWrite> given) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public void removeConversation(ConversationKey conversation, Instant deletedAt, Duration memory) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public Optional<AnswerKey> key(GenerationId generation) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public void remove(AnswerKey key) {
            throw new UnsupportedOperationException("only read");
        }
    }
}
