package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses the ledger that all gateways share, and falls back to the local one when the shared one fails or exceeds its
 * time limit. After repeated failures a circuit breaker skips the shared ledger, so that requests do not wait for it.
 */
public final class SharedLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLedger.class);

    /** A verdict and the ledger that gave it. */
    record Answer(Verdict verdict, Ledger ledger) {}

    private final Ledger shared;
    private final Ledger local;
    private final LimitSettings settings;
    private final CircuitBreaker breaker;
    private final MeterRegistry registry;
    private final Semaphore calls;
    private final Map<GenerationId, Demand> open = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("ledger-", 0).factory());
    private final AtomicBoolean renewing = new AtomicBoolean();

    public SharedLedger(
            Ledger shared, Ledger local, LimitSettings settings, CircuitBreaker breaker, MeterRegistry registry) {
        this.shared = shared;
        this.local = local;
        this.settings = settings;
        this.breaker = breaker;
        this.registry = registry;
        this.calls = new Semaphore(settings.asksMax());
    }

    /** Completes within the time limit, never exceptionally. */
    CompletableFuture<Answer> admit(Demand demand, Instant now) {
        long start = System.nanoTime();
        if (!calls.tryAcquire()) {
            return CompletableFuture.completedFuture(decideLocally(demand, now, start));
        }
        if (!breaker.tryAcquirePermission()) {
            calls.release();
            return CompletableFuture.completedFuture(decideLocally(demand, now, start));
        }
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return shared.admit(demand, now);
                            } finally {
                                calls.release();
                            }
                        },
                        threads)
                .orTimeout(timeLimit(demand).toMillis(), TimeUnit.MILLISECONDS)
                .handle((verdict, failure) -> {
                    long nanos = System.nanoTime() - start;
                    if (failure == null) {
                        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
                        return measured(new Answer(verdict, shared), "shared", start);
                    }
                    breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
                    LOG.debug("The shared ledger failed, using the local one: {}", failure.toString());
                    return decideLocally(demand, now, start);
                });
    }

    private Duration timeLimit(Demand demand) {
        return demand.limits().budgeted() ? settings.budgetTimeLimit() : settings.timeLimit();
    }

    private Answer decideLocally(Demand demand, Instant now, long start) {
        return measured(new Answer(local.admit(demand, now), local), "local", start);
    }

    private Answer measured(Answer answer, String ledger, long start) {
        String outcome = switch (answer.verdict()) {
            case Verdict.Granted _ -> "granted";
            case Verdict.Refused refused -> refused.limit().name().toLowerCase(Locale.ROOT);
        };
        Timer.builder("parley.gateway.admission")
                .description("Time to check the limits of a key")
                .tag("ledger", ledger)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return answer;
    }

    /** The permit of a demand that the given ledger has granted. */
    Permit permit(Demand demand, Ledger ledger, RateLimits limits) {
        boolean leased = demand.limits().openStreams().isPresent();
        if (leased) {
            open.put(demand.generation(), demand);
        }
        AtomicBoolean ended = new AtomicBoolean();
        return new Permit() {
            @Override
            public RateLimits limits() {
                return limits;
            }

            @Override
            public void withdraw() {
                if (!ended.getAndSet(true)) {
                    open.remove(demand.generation());
                    runAsync(() -> ledger.withdraw(demand));
                }
            }

            @Override
            public void close() {
                if (!ended.getAndSet(true) && leased) {
                    open.remove(demand.generation());
                    runAsync(() -> ledger.close(demand));
                }
            }
        };
    }

    /**
     * Renews the leases of open streams. Called several times per lease. A stream older than {@code reservationLife} is
     * dropped.
     */
    public void renew(Instant now) {
        Instant oldest = now.minus(settings.reservationLife());
        open.values().removeIf(demand -> demand.generation().madeAt().isBefore(oldest));
        if (!open.isEmpty() && renewing.compareAndSet(false, true)) {
            runAsync(() -> {
                try {
                    shared.renew(open.values());
                } finally {
                    renewing.set(false);
                }
            });
        }
    }

    private void runAsync(Runnable work) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                // Harmless: the reservation is settled by the turn or expires, and the lease expires.
                LOG.debug("Update of the ledger failed: {}", e.toString());
            }
        });
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
