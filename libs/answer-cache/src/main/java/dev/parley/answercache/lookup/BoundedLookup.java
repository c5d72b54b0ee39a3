package dev.parley.answercache.lookup;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.Lookup;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up answers within a time limit. Each look-up runs on a thread of its own, because a client may block in spite of its
 * timeouts (Redisson's first command waits for the connection). A circuit breaker skips look-ups while the store fails or is slow.
 */
public final class BoundedLookup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedLookup.class);

    private final AnswerCache cache;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("lookup-", 0).factory());
    private final BoundedCalls calls;

    public BoundedLookup(AnswerCache cache, LookupSettings settings, CircuitBreaker breaker, MeterRegistry registry) {
        this.cache = cache;
        this.calls = new BoundedCalls(
                "parley.cache.lookup", "Looking an answer up in Redis", threads, settings, breaker, registry);
    }

    /** Does one look-up in the background and without a limit, so that the cache is connected before the first request. */
    public void warmUp(AnswerKey any) {
        threads.execute(() -> {
            try {
                cache.find(any);
            } catch (CacheUnavailableException e) {
                LOG.warn("Starting without the cache: {}", e.getMessage());
            }
        });
    }

    /** Looks up an answer. Does not throw when the store fails, and takes no longer than the time limit. */
    public Lookup find(AnswerKey key) throws InterruptedException {
        return calls.call(
                key.tenant(),
                () -> cache.find(key).<Lookup>map(Found::new).orElseGet(NotFound::new),
                found -> found instanceof Found ? "found" : "not_found",
                _ -> new Unavailable());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
