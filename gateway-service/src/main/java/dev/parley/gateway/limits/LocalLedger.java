package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LedgerVerdict.Granted;
import dev.parley.gateway.limits.LedgerVerdict.Refused;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The in-memory ledger of one gateway, used while the shared ledger cannot be reached. Applies the full limits per
 * minute of requests and input tokens, of which requests that the shared ledger granted have taken their part, and a
 * share of each budget. Receives no settlements, so output tokens are not limited here, and the maximum cost of a
 * request counts as spent, until the shared ledger has settled it and grants a request. A budget itself is exceeded only
 * by a request that costs more than the whole: what is spent of it is not known here. Holds one account per limited key.
 */
public final class LocalLedger implements Ledger {
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    /** Requests that overtake each other differ by less: an earlier time beyond it is that of a clock that was set back. */
    private static final Duration OVERTAKING_MAX = Duration.ofSeconds(10);

    private static final double NANOS_A_MINUTE = 60e9;

    /** A limit per minute, which refills continuously. */
    private static final class Rate {
        /** 0 without a limit. */
        private long perMinute;

        private double level;

        /** Refills by the current limit, which may have changed; full if there was none before. */
        void refill(Optional<Long> limit, double minutes) {
            double full = (double) limit.orElse(0L);
            level = perMinute == 0 ? full : Math.min(full, level + full * minutes);
            perMinute = limit.orElse(0L);
        }

        boolean isBelow(double wanted) {
            return perMinute > 0 && level < wanted;
        }

        Duration until(double wanted) {
            return Duration.ofMillis((long) Math.ceil((wanted - level) * 60_000 / perMinute));
        }
    }

    /** What was spent in the current day or month. */
    private static final class Spent {
        private String period = "";
        private BigDecimal amount = BigDecimal.ZERO;
        /** The part of it that was spent since the last {@link #giveBack}. */
        private BigDecimal recent = BigDecimal.ZERO;

        void start(String current) {
            if (!period.equals(current)) {
                period = current;
                amount = BigDecimal.ZERO;
                recent = BigDecimal.ZERO;
            }
        }

        void add(BigDecimal cost) {
            amount = amount.add(cost).max(BigDecimal.ZERO);
            recent = recent.add(cost).max(BigDecimal.ZERO);
        }

        /** Gives back what was spent before the last call. */
        void giveBack() {
            amount = recent;
            recent = BigDecimal.ZERO;
        }
    }

    /** The remaining allowance of one key. Guarded by itself. */
    private static final class Account {
        private final Set<GenerationId> open = new HashSet<>();
        private final Rate requests = new Rate();
        private final Rate input = new Rate();
        private final Spent today = new Spent();
        private final Spent thisMonth = new Spent();
        private Instant at;
        private Instant givenBack;

        Account(Instant now) {
            at = now;
            givenBack = now;
        }

        /** Refills the rates. Requests may come in another order, and the clock may be set back. */
        void refill(KeyLimits limits, Instant now) {
            Duration passed = Duration.between(at, now);
            double minutes = Math.max(0, passed.toNanos() / NANOS_A_MINUTE);
            requests.refill(limits.requestsPerMinute(), minutes);
            input.refill(limits.inputTokensPerMinute(), minutes);
            if (passed.isPositive() || passed.negated().compareTo(OVERTAKING_MAX) > 0) {
                at = now;
            }
        }

        boolean isFull(KeyLimits limits) {
            return open.size() >= limits.openStreams().orElse(Long.MAX_VALUE);
        }

        /** Takes a demand from all limits but the budgets. */
        void take(Demand demand) {
            requests.level -= 1;
            input.level -= (double) demand.inputTokens();
            if (demand.limits().openStreams().isPresent()) {
                open.add(demand.generation());
            }
        }

        /** Gives back what was spent before it last did, if that is so long ago. */
        void giveBack(Duration settledAfter, Instant now) {
            if (!now.isBefore(givenBack.plus(settledAfter))) {
                today.giveBack();
                thisMonth.giveBack();
                givenBack = now;
            }
        }

        /** What the limits leave. All output tokens are left, as they are not limited here. */
        RateLimits left(KeyLimits limits, Instant now) {
            double output = (double) limits.outputTokensPerMinute().orElse(0L);
            return RateLimits.of(limits, requests.level, input.level, output, now);
        }
    }

    private final Map<KeyId, Account> accounts = new ConcurrentHashMap<>();
    /** The share of each budget that may be spent here. */
    private final BigDecimal share;

    private final Duration settledAfter;

    /**
     * An empty ledger.
     *
     * @param budgetPercent share of each budget that may be spent here, 0 to 100 percent
     * @param settledAfter time after which the shared ledger has settled what was spent here, if it can be reached
     */
    public LocalLedger(int budgetPercent, Duration settledAfter) {
        this.share = BigDecimal.valueOf(budgetPercent).movePointLeft(2);
        this.settledAfter = settledAfter;
    }

    @Override
    public LedgerVerdict admit(Demand demand, Instant now) {
        Account account = account(demand, now);
        BudgetPeriods periods = BudgetPeriods.at(now);
        synchronized (account) {
            account.refill(demand.limits(), now);
            account.today.start(periods.day());
            account.thisMonth.start(periods.month());
            Optional<Refused> refused = refusal(demand, account, now);
            if (refused.isPresent()) {
                return refused.get();
            }
            account.take(demand);
            account.today.add(demand.costAtMost());
            account.thisMonth.add(demand.costAtMost());
            return new Granted(account.left(demand.limits(), now));
        }
    }

    /**
     * Takes a demand that the shared ledger granted from the limits per minute and of open streams. Refuses it if the
     * requests of this gateway alone have used them up: the shared ledger does not know those that were granted without
     * it, nor, after a loss of data, any. Gives back what was spent of budgets so long ago that the shared ledger has
     * settled it, and grants nevertheless.
     */
    Optional<Refused> confirm(Demand demand, Instant now) {
        Account account = account(demand, now);
        synchronized (account) {
            account.refill(demand.limits(), now);
            account.giveBack(settledAfter, now);
            if (account.isFull(demand.limits())) {
                return refused(demand, account, Limit.OPEN_STREAMS, RETRY_SOON, now);
            } else if (account.requests.isBelow(1)) {
                return refused(demand, account, Limit.REQUESTS, account.requests.until(1), now);
            }
            account.take(demand);
            // The shared ledger returns what an estimate exceeds the usage by, and this one does not.
            account.input.level = Math.max(0, account.input.level);
            return Optional.empty();
        }
    }

    private Account account(Demand demand, Instant now) {
        return accounts.computeIfAbsent(demand.key(), _ -> new Account(now));
    }

    private Optional<Refused> refusal(Demand demand, Account account, Instant now) {
        KeyLimits limits = demand.limits();
        double input = (double) Math.min(demand.inputTokens(), account.input.perMinute);
        BigDecimal cost = demand.costAtMost();
        if (account.isFull(limits)) {
            return refused(demand, account, Limit.OPEN_STREAMS, RETRY_SOON, now);
        } else if (account.requests.isBelow(1)) {
            return refused(demand, account, Limit.REQUESTS, account.requests.until(1), now);
        } else if (account.input.isBelow(input)) {
            return refused(demand, account, Limit.INPUT_TOKENS, account.input.until(input), now);
        } else if (isBelow(limits.usdPerMonth(), cost)) {
            return refused(demand, account, Limit.MONTH, RETRY_SOON, now);
        } else if (isBelow(limits.usdPerDay(), cost)) {
            return refused(demand, account, Limit.DAY, RETRY_SOON, now);
        } else if (isBelow(limits.usdPerDay().map(share::multiply), account.today.amount.add(cost))
                || isBelow(limits.usdPerMonth().map(share::multiply), account.thisMonth.amount.add(cost))) {
            return refused(demand, account, Limit.LOCAL_SHARE, RETRY_SOON, now);
        }
        return Optional.empty();
    }

    private static boolean isBelow(Optional<BigDecimal> budget, BigDecimal cost) {
        return budget.isPresent() && budget.get().compareTo(cost) < 0;
    }

    private Optional<Refused> refused(Demand demand, Account account, Limit limit, Duration refill, Instant now) {
        KeyLimits limits = demand.limits();
        BigDecimal left = switch (limit) {
            case DAY -> limits.usdPerDay().orElseThrow();
            case MONTH -> limits.usdPerMonth().orElseThrow();
            case REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, OPEN_STREAMS, RESERVED, LOCAL_SHARE -> BigDecimal.ZERO;
        };
        Duration retryAfter = BudgetPeriods.at(now).retryAfter(limit, refill, now);
        return Optional.of(new Refused(account.left(limits, now), limit, retryAfter, left));
    }

    @Override
    public void withdraw(Demand demand) {
        change(demand, account -> {
            account.input.level += (double) demand.inputTokens();
            account.today.add(demand.costAtMost().negate());
            account.thisMonth.add(demand.costAtMost().negate());
            account.open.remove(demand.generation());
        });
    }

    @Override
    public void close(Demand demand) {
        change(demand, account -> account.open.remove(demand.generation()));
    }

    private void change(Demand demand, Consumer<Account> change) {
        Account account = accounts.get(demand.key());
        if (account != null) {
            synchronized (account) {
                change.accept(account);
            }
        }
    }

    /** Does nothing: the ledger ends with the process that holds the streams, so they have no leases. */
    @Override
    public void renew(List<Demand> demands) {}
}
