package dev.parley.answercache.lookup;

import dev.parley.answercache.CacheUnavailableException;
import dev.parley.contracts.id.TenantId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls within a time limit, and a bounded number at once, of which a tenant gets a quarter. A circuit breaker skips them while
 * they fail or are slow. Each is measured by its outcome, in a timer with the tag {@code outcome}.
 */
public final class BoundedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCalls.class);

    /** A tenant gets one of so many shares of the places. */
    private static final int SHARES = 4;

    private final String timer;
    private final String description;
    private final ExecutorService threads;
    private final LookupSettings settings;
    private final CircuitBreaker breaker;
    private final MeterRegistry registry;
    private final Semaphore room;
    private final int shareMax;
    /** The places that each tenant has. */
    private final ConcurrentMap<TenantId, Integer> taken = new ConcurrentHashMap<>();

    /** Calls on these threads, which the caller closes, with this name of the timer. */
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
        this.shareMax = Math.max(1, settings.runningMax() / SHARES);
    }

    /**
     * Makes a call. Does not throw when it fails, and takes no longer than the time limit.
     *
     * @param tenant for which it is made
     * @param outcome of a result, for the timer
     * @param otherwise the result if there is none, because it was {@code refused} by the breaker, {@code crowded} out (no place,
     *     or the time limit was spent in the queue), {@code late} or {@code failed}
     */
    public <T> T call(TenantId tenant, Callable<T> call, Function<T, String> outcome, Function<String, T> otherwise)
            throws InterruptedException {
        if (!breaker.tryAcquirePermission()) {
            return measured("refused", 0, otherwise);
        }
        if (!tryTake(tenant)) {
            breaker.releasePermission();
            return measured("crowded", 0, otherwise);
        }
        Task<T> task = new Task<>(tenant, call);
        Future<T> asked = threads.submit(task);
        try {
            T result = asked.get(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(task.ran(), TimeUnit.NANOSECONDS);
            return measured(outcome.apply(result), task.waited(), _ -> result);
        } catch (TimeoutException e) {
            return task.giveUp() ? queued(task, otherwise) : failed("late", task, e, otherwise);
        } catch (ExecutionException e) {
            return failed("failed", task, Optional.ofNullable(e.getCause()).orElse(e), otherwise);
        }
    }

    private boolean tryTake(TenantId tenant) {
        boolean fits = taken.merge(tenant, 1, Integer::sum) <= shareMax && room.tryAcquire();
        if (!fits) {
            uncount(tenant);
        }
        return fits;
    }

    private void uncount(TenantId tenant) {
        taken.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    }

    /** A call, which is not made any more once its caller has given it up. */
    private final class Task<T> implements Callable<T> {
        private final TenantId tenant;
        private final Callable<T> call;
        private final long submitted = System.nanoTime();
        private final AtomicBoolean taken = new AtomicBoolean();
        private volatile long started = submitted;

        Task(TenantId tenant, Callable<T> call) {
            this.tenant = tenant;
            this.call = call;
        }

        @Override
        public T call() throws Exception {
            try {
                if (!taken.compareAndSet(false, true)) {
                    throw new CancellationException("given up before it began");
                }
                started = System.nanoTime();
                return call.call();
            } finally {
                room.release();
                uncount(tenant);
            }
        }

        /** Gives it up. True if the caller has waited for other calls: this one has not begun, or is not slow yet. */
        boolean giveUp() {
            return taken.compareAndSet(false, true)
                    || ran() < settings.slowAfter().toNanos();
        }

        long waited() {
            return System.nanoTime() - submitted;
        }

        long ran() {
            return System.nanoTime() - started;
        }
    }

    /** Measures a call that is not made, and returns its result. */
    public <T> T skipped(String outcome, Function<String, T> otherwise) {
        return measured(outcome, 0, otherwise);
    }

    /** The time was spent in the queue, which tells nothing about what is called. */
    private <T> T queued(Task<T> task, Function<String, T> otherwise) {
        breaker.releasePermission();
        return measured("crowded", task.waited(), otherwise);
    }

    private <T> T failed(String outcome, Task<T> task, Throwable failure, Function<String, T> otherwise) {
        breaker.onError(task.ran(), TimeUnit.NANOSECONDS, failure);
        if (failure instanceof TimeoutException || failure instanceof CacheUnavailableException) {
            LOG.debug("{}: {}, {}", description, outcome, failure.toString());
        } else {
            LOG.error("{}: failed unexpectedly", description, failure);
        }
        return measured(outcome, task.waited(), otherwise);
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
