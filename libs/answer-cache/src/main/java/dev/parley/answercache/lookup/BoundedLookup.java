package dev.parley.answercache.lookup;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up answers within a time limit. Each look-up runs on a thread of its own, because a client may block in spite of its
 * timeouts (Redisson's first command waits for the connection). A circuit breaker skips look-ups while the store fails or is slow.
 */
public final class BoundedLookup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedLookup.class);

    private final AnswerCache cache;
    private final LookupSettings settings;
    private final CircuitBreaker breaker;
    private final MeterRegistry registry;
    private final Semaphore room;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("lookup-", 0).factory());

    public BoundedLookup(AnswerCache cache, LookupSettings settings, CircuitBreaker breaker, MeterRegistry registry) {
        this.cache = cache;
        this.settings = settings;
        this.breaker = breaker;
        this.registry = registry;
        this.room = new Semaphore(settings.runningMax());
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
        if (!breaker.tryAcquirePermission()) {
            return measured("refused", 0, new Unavailable());
        }
        if (!room.tryAcquire()) {
            breaker.releasePermission();
            return measured("crowded", 0, new Unavailable());
        }
        long start = System.nanoTime();
        Future<Optional<CachedAnswer>> asked = threads.submit(() -> {
            try {
                return cache.find(key);
            } finally {
                room.release();
            }
        });
        try {
            Optional<CachedAnswer> answer = asked.get(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS);
            long nanos = System.nanoTime() - start;
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            return answer.<Lookup>map(found -> measured("found", nanos, new Found(found)))
                    .orElseGet(() -> measured("not_found", nanos, new NotFound()));
        } catch (TimeoutException e) {
            return failed("late", start, e);
        } catch (ExecutionException e) {
            return failed("failed", start, e.getCause() == null ? e : e.getCause());
        }
    }

    private Lookup failed(String outcome, long start, Throwable failure) {
        long nanos = System.nanoTime() - start;
        breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        if (failure instanceof TimeoutException || failure instanceof CacheUnavailableException) {
            LOG.debug("A look-up failed: {}", failure.toString());
        } else {
            LOG.error("A look-up failed unexpectedly", failure);
        }
        return measured(outcome, nanos, new Unavailable());
    }

    private Lookup measured(String outcome, long nanos, Lookup lookup) {
        Timer.builder("parley.cache.lookup")
                .description("Looking an answer up in Redis")
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
        return lookup;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
