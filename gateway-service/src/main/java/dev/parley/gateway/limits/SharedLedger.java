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
 * Asks the ledger that all gateways share, and, where that does not answer in time, this gateway's own. A shared ledger
 * that fails again and again is left alone for a while, so that it costs requests nothing.
 */
public final class SharedLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLedger.class);

    /** What was said, and by whom. */
    record Answer(Verdict verdict, Ledger ledger) {}

    private final Ledger shared;
    private final Ledger local;
    private final LimitSettings settings;
    private final CircuitBreaker breaker;
    private final MeterRegistry registry;
    private final Semaphore room;
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
        this.room = new Semaphore(settings.asksMax());
    }

    /** Never fails, and never takes longer than the time limit. */
    CompletableFuture<Answer> admit(Demand demand, Instant now) {
        long start = System.nanoTime();
        if (!room.tryAcquire()) {
            return CompletableFuture.completedFuture(alone(demand, now, start));
        }
        if (!breaker.tryAcquirePermission()) {
            room.release();
            return CompletableFuture.completedFuture(alone(demand, now, start));
        }
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return shared.admit(demand, now);
                            } finally {
                                room.release();
                            }
                        },
                        threads)
                .orTimeout(patience(demand).toMillis(), TimeUnit.MILLISECONDS)
                .handle((verdict, failure) -> {
                    long nanos = System.nanoTime() - start;
                    if (failure == null) {
                        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
                        return measured(new Answer(verdict, shared), "shared", start);
                    }
                    breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
                    LOG.debug("The shared ledger does not answer: {}", failure.toString());
                    return alone(demand, now, start);
                });
    }

    private Duration patience(Demand demand) {
        return demand.limits().budgeted() ? settings.budgetTimeLimit() : settings.timeLimit();
    }

    private Answer alone(Demand demand, Instant now, long start) {
        return measured(new Answer(local.admit(demand, now), local), "local", start);
    }

    private Answer measured(Answer answer, String ledger, long start) {
        String outcome = switch (answer.verdict()) {
            case Verdict.Granted _ -> "granted";
            case Verdict.Refused refused -> refused.limit().name().toLowerCase(Locale.ROOT);
        };
        Timer.builder("parley.gateway.admission")
                .description("Asking whether a key has something left")
                .tag("ledger", ledger)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return answer;
    }

    /** For a demand that this ledger has granted. */
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
                    later(() -> ledger.withdraw(demand));
                }
            }

            @Override
            public void close() {
                if (!ended.getAndSet(true) && leased) {
                    open.remove(demand.generation());
                    later(() -> ledger.close(demand));
                }
            }
        };
    }

    /**
     * Says which answers are still open; to be called a few times within a lease. One that is older than any answer gets
     * is not, whatever became of it.
     */
    public void renew(Instant now) {
        Instant oldest = now.minus(settings.reservationLife());
        open.values().removeIf(demand -> demand.generation().madeAt().isBefore(oldest));
        if (!open.isEmpty() && renewing.compareAndSet(false, true)) {
            later(() -> {
                try {
                    shared.renew(open.values());
                } finally {
                    renewing.set(false);
                }
            });
        }
    }

    private void later(Runnable work) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                // A reservation is settled by the turn or runs out, and so does a lease.
                LOG.debug("The ledger was not told: {}", e.toString());
            }
        });
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
