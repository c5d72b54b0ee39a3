package dev.parley.gateway.limits;

import dev.parley.answercache.lookup.Breakers;
import dev.parley.contracts.id.GenerationId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Gatherers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Uses the ledger that all gateways share, and falls back to the local one when the shared one fails or exceeds its
 * time limit. After repeated failures a circuit breaker skips the shared ledger, so that requests do not wait for it. Keys with a
 * budget have a breaker of their own: a call that is late for the others may be in time for them.
 */
public final class SharedLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLedger.class);

    private static final String GRANTED = "granted";

    /** Retries for about a minute, with pauses that double from a second on. */
    private static final int WITHDRAWAL_RETRIES_MAX = 6;

    /** Leases that are renewed at once: those of 5,000 streams with 50 calls of the shared ledger. */
    private static final int RENEWED_AT_ONCE = 100;

    private final Ledger shared;
    private final LocalLedger local;
    private final LimitSettings settings;
    private final CircuitBreaker breaker;
    private final CircuitBreaker budgetBreaker;
    private final MeterRegistry registry;
    private final Semaphore calls;
    private final Map<GenerationId, Demand> open = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("ledger-", 0).factory());

    public SharedLedger(Ledger shared, LocalLedger local, LimitSettings settings, MeterRegistry registry) {
        this.shared = shared;
        this.local = local;
        this.settings = settings;
        CircuitBreakerConfig config = Breakers.config(settings.breaker()).build();
        this.breaker = Breakers.breaker("ledger", config, registry);
        this.budgetBreaker = Breakers.breaker("ledger-budget", config, registry);
        this.registry = registry;
        this.calls = new Semaphore(settings.asksMax());
        // From the start, so that an alert sees the first increase.
        List.of("shared", "local").forEach(ledger -> timer(ledger, GRANTED));
    }

    /** Completes within the time limit, never exceptionally. */
    CompletableFuture<LimitDecision> admit(Demand demand, Instant now) {
        return demand.limits().budgeted()
                ? admit(demand, now, budgetBreaker, settings.budgetTimeLimit())
                : admit(demand, now, breaker, settings.timeLimit());
    }

    private CompletableFuture<LimitDecision> admit(
            Demand demand, Instant now, CircuitBreaker breaker, Duration timeLimit) {
        long start = System.nanoTime();
        if (!calls.tryAcquire()) {
            return CompletableFuture.completedFuture(decideLocally(demand, now, start));
        } else if (!breaker.tryAcquirePermission()) {
            calls.release();
            return CompletableFuture.completedFuture(decideLocally(demand, now, start));
        }
        CompletableFuture<LedgerVerdict> call = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return shared.admit(demand, now);
                    } finally {
                        calls.release();
                    }
                },
                threads);
        // Of a copy, so that the call itself ends only when the shared ledger has responded.
        return call.copy()
                .orTimeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((verdict, failure) -> {
                    long nanos = System.nanoTime() - start;
                    if (failure == null) {
                        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
                        return decideShared(demand, now, verdict, start);
                    }
                    breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
                    LOG.debug("The shared ledger failed, using the local one: {}", failure.toString());
                    return decideLocally(demand, now, start, call);
                });
    }

    /** Both ledgers count, so that a key does not get its limits per minute again when the other one decides. */
    private LimitDecision decideShared(Demand demand, Instant now, LedgerVerdict verdict, long start) {
        Optional<LedgerVerdict.Refused> refused =
                verdict instanceof LedgerVerdict.Granted ? local.confirm(demand, now) : Optional.empty();
        if (refused.isPresent()) {
            withdraw(demand);
        }
        return decision(
                demand,
                refused.<LedgerVerdict>map(one -> one).orElse(verdict),
                "shared",
                start,
                () -> withdraw(demand),
                () -> close(demand));
    }

    /** Decides without a call of the shared ledger. A renewal may tell it of the stream later. */
    private LimitDecision decideLocally(Demand demand, Instant now, long start) {
        return decision(
                demand,
                local.admit(demand, now),
                "local",
                start,
                () -> {
                    local.withdraw(demand);
                    close(demand);
                },
                () -> close(demand));
    }

    /**
     * Decides after a call of the shared ledger that has failed or is late. It may reserve all the same: Redis runs a script that a
     * stall has delayed. The turn of an admitted request settles that; otherwise it is withdrawn, once the call has ended.
     */
    private LimitDecision decideLocally(Demand demand, Instant now, long start, CompletableFuture<LedgerVerdict> call) {
        LimitDecision decision = decision(
                demand,
                local.admit(demand, now),
                "local",
                start,
                () -> {
                    local.withdraw(demand);
                    var _ = call.whenComplete((_, _) -> withdraw(demand));
                },
                () -> {
                    var _ = call.whenComplete((_, _) -> close(demand));
                });
        if (decision instanceof LimitDecision.LimitReached) {
            var _ = call.whenComplete((_, _) -> withdraw(demand));
        }
        return decision;
    }

    /** Makes a decision of a verdict, with what releases its reservation and what ends its lease. */
    private LimitDecision decision(
            Demand demand, LedgerVerdict verdict, String ledger, long start, Runnable withdraw, Runnable close) {
        return switch (verdict) {
            case LedgerVerdict.Granted granted -> {
                measure(ledger, GRANTED, start);
                yield new LimitDecision.Admitted(permit(demand, granted.limits(), withdraw, close));
            }
            case LedgerVerdict.Refused refused -> {
                measure(ledger, refused.limit().text(), start);
                yield new LimitDecision.LimitReached(refused, demand.costAtMost());
            }
        };
    }

    private void measure(String ledger, String outcome, long start) {
        timer(ledger, outcome).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String ledger, String outcome) {
        return Timer.builder("parley.gateway.admission")
                .description("Time to check the limits of a key")
                .tag("ledger", ledger)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry);
    }

    private Permit permit(Demand demand, RateLimits limits, Runnable withdraw, Runnable close) {
        if (isLeased(demand)) {
            open.put(demand.generation(), demand);
        }
        return new Permit(
                limits,
                isLeased(demand),
                () -> {
                    remove(demand);
                    withdraw.run();
                },
                () -> {
                    remove(demand);
                    close.run();
                });
    }

    private static boolean isLeased(Demand demand) {
        return demand.limits().openStreams().isPresent();
    }

    /** The stream has ended, or is too old to count. */
    private void remove(Demand demand) {
        open.remove(demand.generation());
        local.close(demand);
    }

    /**
     * Withdraws from the shared ledger. Repeats that after a failure, because the reservation of a request without a turn blocks its
     * part of the budget for {@code reservationLife}.
     */
    private void withdraw(Demand demand) {
        var _ = Mono.fromRunnable(() -> shared.withdraw(demand))
                .subscribeOn(Schedulers.fromExecutor(threads))
                .retryWhen(
                        Retry.backoff(WITHDRAWAL_RETRIES_MAX, settings.breaker().pause())
                                .onRetryExhaustedThrow((_, last) -> last.failure()))
                .subscribe(
                        _ -> {},
                        e -> LOG.warn(
                                "The reservation of {} cannot be withdrawn: {}", demand.generation(), e.toString()));
    }

    /** Ends the lease in the shared ledger. After a failure it expires. */
    private void close(Demand demand) {
        if (isLeased(demand)) {
            threads.execute(() -> tryToUpdate(() -> shared.close(demand)));
        }
    }

    /**
     * Renews the leases of open streams, whichever ledger granted them; blocks. Called several times per lease, by one thread at a
     * time. A stream older than {@code reservationLife} is dropped.
     */
    public void renew(Instant now) {
        Instant oldest = now.minus(settings.reservationLife());
        open.values().stream()
                .filter(demand -> demand.generation().madeAt().isBefore(oldest))
                .forEach(this::remove);
        tryToUpdate(() -> open.values().stream()
                .gather(Gatherers.windowFixed(RENEWED_AT_ONCE))
                .forEach(this::renew));
    }

    private void renew(List<Demand> demands) {
        try {
            shared.renew(demands);
        } finally {
            // Those that have ended meanwhile, perhaps before the renewal; one that has failed may take place as well.
            demands.stream()
                    .filter(demand -> !open.containsKey(demand.generation()))
                    .forEach(this::close);
        }
    }

    private static void tryToUpdate(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            // Harmless: the lease expires, or is renewed the next time.
            LOG.debug("Update of the ledger failed: {}", e.toString());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
