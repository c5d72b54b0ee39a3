package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.Verdict.Granted;
import dev.parley.gateway.limits.Verdict.Refused;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The in-memory ledger of one gateway, used while the shared ledger cannot be reached. Applies the full limits per
 * minute, of which requests that the shared ledger granted have taken their part, and a share of each budget. Receives
 * no settlements, so the maximum cost of a request counts as spent. Holds one account per limited key.
 */
public final class LocalLedger implements Ledger {
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    private static final double NANOS_A_MINUTE = 60e9;
    private static final BigDecimal UNLIMITED = new BigDecimal("1e15");

    /** The remaining allowance of one key. Guarded by itself. */
    private static final class Account {
        private final Set<GenerationId> open = new HashSet<>();
        private KeyLimits limits;
        private double requests;
        private double input;
        private double output;
        private Instant at;
        private String day = "";
        private String month = "";
        private BigDecimal spentToday = BigDecimal.ZERO;
        private BigDecimal spentThisMonth = BigDecimal.ZERO;

        Account(KeyLimits limits, Instant now) {
            this.limits = limits;
            requests = (double) limits.requestsPerMinute().orElse(0L);
            input = (double) limits.inputTokensPerMinute().orElse(0L);
            output = (double) limits.outputTokensPerMinute().orElse(0L);
            at = now;
        }

        /** Refills the levels by the current limits, which may have changed. Requests may come in another order. */
        void refill(KeyLimits current, Instant now) {
            double minutes = Math.max(0, Duration.between(at, now).toNanos() / NANOS_A_MINUTE);
            requests = refilled(requests, limits.requestsPerMinute(), current.requestsPerMinute(), minutes);
            input = refilled(input, limits.inputTokensPerMinute(), current.inputTokensPerMinute(), minutes);
            output = refilled(output, limits.outputTokensPerMinute(), current.outputTokensPerMinute(), minutes);
            limits = current;
            at = now.isAfter(at) ? now : at;
        }

        /** Resets the spending of periods that have ended. */
        void startPeriods(BudgetPeriods periods) {
            if (!day.equals(periods.day())) {
                day = periods.day();
                spentToday = BigDecimal.ZERO;
            }
            if (!month.equals(periods.month())) {
                month = periods.month();
                spentThisMonth = BigDecimal.ZERO;
            }
        }

        /** The new level; full if there was no limit before. */
        private static double refilled(double level, Optional<Long> before, Optional<Long> perMinute, double minutes) {
            double full = (double) perMinute.orElse(0L);
            return before.isEmpty() ? full : Math.min(full, level + full * minutes);
        }
    }

    private final Map<KeyId, Account> accounts = new ConcurrentHashMap<>();
    /** The share of each budget that may be spent here. */
    private final BigDecimal share;

    public LocalLedger(int budgetPercent) {
        this.share = BigDecimal.valueOf(budgetPercent).movePointLeft(2);
    }

    @Override
    public Verdict admit(Demand demand, Instant now) {
        KeyLimits limits = demand.limits();
        Account account = account(demand, now);
        synchronized (account) {
            account.refill(limits, now);
            account.startPeriods(BudgetPeriods.at(now));
            Verdict verdict = decide(demand, account, now);
            if (verdict instanceof Granted) {
                take(demand, account);
                return new Granted(left(limits, account, now));
            }
            return verdict;
        }
    }

    /**
     * Takes a demand that the shared ledger granted from the limits per minute. Refuses it if the requests of this
     * gateway alone have used them up: the shared ledger does not know those that were granted without it.
     */
    Optional<Refused> confirm(Demand demand, Instant now) {
        Account account = account(demand, now);
        synchronized (account) {
            account.refill(demand.limits(), now);
            Optional<Refused> refused = requestsUsedUp(demand, account, now);
            if (refused.isEmpty()) {
                takeRates(demand, account);
                // The shared ledger returns what an estimate exceeds the usage by, and this one does not.
                account.input = Math.max(0, account.input);
            }
            return refused;
        }
    }

    private Account account(Demand demand, Instant now) {
        return accounts.computeIfAbsent(demand.key(), _ -> new Account(demand.limits(), now));
    }

    private Verdict decide(Demand demand, Account account, Instant now) {
        KeyLimits limits = demand.limits();
        long streams = limits.openStreams().orElse(Long.MAX_VALUE);
        if (account.open.size() >= streams) {
            return refused(demand, account, Limit.OPEN_STREAMS, RETRY_SOON, now);
        }
        Optional<Refused> usedUp = requestsUsedUp(demand, account, now);
        if (usedUp.isPresent()) {
            return usedUp.get();
        }
        long perMinute = limits.inputTokensPerMinute().orElse(0L);
        double wanted = (double) Math.min(demand.inputTokens(), perMinute);
        if (perMinute > 0 && account.input < wanted) {
            return refused(demand, account, Limit.INPUT_TOKENS, until(wanted, account.input, perMinute), now);
        }
        perMinute = limits.outputTokensPerMinute().orElse(0L);
        if (perMinute > 0 && account.output < 1) {
            return refused(demand, account, Limit.OUTPUT_TOKENS, until(1, account.output, perMinute), now);
        }
        if (leftOf(limits.usdPerDay().orElse(UNLIMITED), account.spentToday).compareTo(demand.costAtMost()) < 0) {
            return refused(demand, account, Limit.DAY, RETRY_SOON, now);
        }
        if (leftOf(limits.usdPerMonth().orElse(UNLIMITED), account.spentThisMonth)
                        .compareTo(demand.costAtMost())
                < 0) {
            return refused(demand, account, Limit.MONTH, RETRY_SOON, now);
        }
        return new Granted(RateLimits.NONE);
    }

    private Optional<Refused> requestsUsedUp(Demand demand, Account account, Instant now) {
        long perMinute = demand.limits().requestsPerMinute().orElse(0L);
        return perMinute > 0 && account.requests < 1
                ? Optional.of(refused(demand, account, Limit.REQUESTS, until(1, account.requests, perMinute), now))
                : Optional.empty();
    }

    private BigDecimal leftOf(BigDecimal budget, BigDecimal spent) {
        return budget.multiply(share)
                .setScale(8, RoundingMode.DOWN)
                .subtract(spent)
                .max(BigDecimal.ZERO);
    }

    private Refused refused(Demand demand, Account account, Limit limit, Duration refill, Instant now) {
        BigDecimal left = switch (limit) {
            case DAY -> leftOf(demand.limits().usdPerDay().orElse(BigDecimal.ZERO), account.spentToday);
            case MONTH -> leftOf(demand.limits().usdPerMonth().orElse(BigDecimal.ZERO), account.spentThisMonth);
            case REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, OPEN_STREAMS, RESERVED -> BigDecimal.ZERO;
        };
        return new Refused(
                left(demand.limits(), account, now),
                limit,
                BudgetPeriods.at(now).retryAfter(limit, refill, now),
                left);
    }

    private static void takeRates(Demand demand, Account account) {
        account.requests -= 1;
        account.input -= (double) demand.inputTokens();
    }

    private static void take(Demand demand, Account account) {
        takeRates(demand, account);
        account.spentToday = account.spentToday.add(demand.costAtMost());
        account.spentThisMonth = account.spentThisMonth.add(demand.costAtMost());
        if (demand.limits().openStreams().isPresent()) {
            account.open.add(demand.generation());
        }
    }

    private static RateLimits left(KeyLimits limits, Account account, Instant now) {
        return RateLimits.of(limits, account.requests, account.input, account.output, now);
    }

    private static Duration until(double wanted, double level, long perMinute) {
        return Duration.ofMillis((long) Math.ceil((wanted - level) * 60_000 / perMinute));
    }

    @Override
    public void withdraw(Demand demand) {
        Account account = accounts.get(demand.key());
        if (account != null) {
            synchronized (account) {
                account.input += (double) demand.inputTokens();
                account.spentToday =
                        account.spentToday.subtract(demand.costAtMost()).max(BigDecimal.ZERO);
                account.spentThisMonth =
                        account.spentThisMonth.subtract(demand.costAtMost()).max(BigDecimal.ZERO);
                account.open.remove(demand.generation());
            }
        }
    }

    @Override
    public void close(Demand demand) {
        Account account = accounts.get(demand.key());
        if (account != null) {
            synchronized (account) {
                account.open.remove(demand.generation());
            }
        }
    }

    /** Does nothing: the ledger ends with the process that holds the streams, so they have no leases. */
    @Override
    public void renew(Collection<Demand> open) {}
}
