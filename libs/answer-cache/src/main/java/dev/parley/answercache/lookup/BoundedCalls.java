package dev.parley.answercache.lookup;

import dev.parley.answercache.CacheUnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls within a time limit, and a bounded number at once. A circuit breaker skips them while they fail or are slow. Each is
 * measured by its outcome, in a timer with the tag {@code outcome}.
 */
public final class BoundedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCalls.class);

    private final String timer;
    private final String description;
    private final ExecutorService threads;
    private final LookupSettings settings;
    private final CircuitBreaker breaker;
    private final MeterRegistry registry;
    private final Semaphore room;

    /**
     * Calls on these threads, which the caller closes.
     *
     * @param timer its name
     */
    public BoundedCalls(
            String timer,
            String description,
            ExecutorService threads,
            LookupSettings settings,
            CircuitBreaker breaker,
            MeterRegistry registry) {
        this.timer = timer;
        this.description = description;
        this.threads = threads;
        this.settings = settings;
        this.breaker = breaker;
        this.registry = registry;
        this.room = new Semaphore(settings.runningMax());
    }

    /**
     * Makes a call. Does not throw when it fails, and takes no longer than the time limit.
     *
     * @param outcome of a result, for the timer
     * @param otherwise the result if there is none, because it was {@code refused} by the breaker, {@code crowded} out, {@code
     *     late} or {@code failed}
     */
    public <T> T call(Callable<T> call, Function<T, String> outcome, Function<String, T> otherwise)
            throws InterruptedException {
        if (!breaker.tryAcquirePermission()) {
            return measured("refused", 0, otherwise);
        }
        if (!room.tryAcquire()) {
            breaker.releasePermission();
            return measured("crowded", 0, otherwise);
        }
        long start = System.nanoTime();
        Future<T> asked = threads.submit(() -> {
            try {
                return call.call();
            } finally {
                room.release();
            }
        });
        try {
            T result = asked.get(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS);
            long nanos = System.nanoTime() - start;
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            return measured(outcome.apply(result), nanos, _ -> result);
        } catch (TimeoutException e) {
            return failed("late", start, e, otherwise);
        } catch (ExecutionException e) {
            return failed("failed", start, Optional.ofNullable(e.getCause()).orElse(e), otherwise);
        }
    }

    /** Measures a call that is not made, and returns its result. */
    public <T> T skipped(String outcome, Function<String, T> otherwise) {
        return measured(outcome, 0, otherwise);
    }

    private <T> T failed(String outcome, long start, Throwable failure, Function<String, T> otherwise) {
        long nanos = System.nanoTime() - start;
        breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        if (failure instanceof TimeoutException || failure instanceof CacheUnavailableException) {
            LOG.debug("{}: {}, {}", description, outcome, failure.toString());
        } else {
            LOG.error("{}: failed unexpectedly", description, failure);
        }
        return measured(outcome, nanos, otherwise);
    }

    private <T> T measured(String outcome, long nanos, Function<String, T> result) {
        Timer.builder(timer)
                .description(description)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
        return result.apply(outcome);
    }
}
