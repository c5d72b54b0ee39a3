package dev.parley.answercache.lookup;

import dev.parley.answercache.Answer;
import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
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
 * Looks answers up, and is back within the time limit. The look-up itself runs on a thread of its own, since the client
 * of a store may wait where nobody expects it (Redisson's first command waits for the connection, whatever its time-outs
 * say). A store that fails or is slow again and again is left alone for a while, so that it costs requests nothing.
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

    /** Asks the cache once, in the background and without a limit, so that it is connected when the first request comes. */
    public void warmUp(AnswerKey any) {
        threads.execute(() -> {
            try {
                cache.find(any);
            } catch (CacheUnavailableException e) {
                LOG.warn("Starting without the cache: {}", e.getMessage());
            }
        });
    }

    /** Looks up. Never throws because of the store, and never takes longer than the time limit. */
    public Lookup find(AnswerKey key) throws InterruptedException {
        if (!breaker.tryAcquirePermission()) {
            return measured("refused", 0, new Unavailable());
        }
        if (!room.tryAcquire()) {
            breaker.releasePermission();
            return measured("crowded", 0, new Unavailable());
        }
        long start = System.nanoTime();
        Future<Optional<Answer>> asked = threads.submit(() -> {
            try {
                return cache.find(key);
            } finally {
                room.release();
            }
        });
        try {
            Optional<Answer> answer = asked.get(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS);
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
            LOG.error("A look-up failed for a reason that is ours", failure);
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
