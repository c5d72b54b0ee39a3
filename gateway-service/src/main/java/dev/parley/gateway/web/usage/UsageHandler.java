package dev.parley.gateway.web.usage;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.BudgetPeriods;
import dev.parley.gateway.limits.DailyUsage;
import dev.parley.gateway.limits.Spending;
import dev.parley.gateway.limits.UsageDimension;
import dev.parley.gateway.limits.UsageTable;
import dev.parley.gateway.redis.RedisLedger;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.StoredReads;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/usage}: what the key of the caller has used today and this month, by UTC, and what is left of its budgets. */
public final class UsageHandler {
    private static final int READS_MAX = 32;

    private final CallerRequests callers;
    private final RedisLedger ledger;
    private final Clock clock;
    private final SharedPool places = new SharedPool(READS_MAX, "Too many requests for usage.");

    public UsageHandler(CallerRequests callers, RedisLedger ledger, Clock clock) {
        this.callers = callers;
        this.ledger = ledger;
        this.clock = clock;
    }

    public Mono<ServerResponse> read(ServerRequest request) {
        return callers.caller(request)
                .flatMap(caller -> places.during(caller.identity(), _ -> JsonResponse.of(200, report(caller))));
    }

    private ObjectNode report(Caller caller) {
        KeyId key = caller.key()
                .orElseThrow(() ->
                        new ApiErrorException(404, "The usage of keys in the gateway's configuration is not counted."));
        List<DailyUsage> used = new ArrayList<>();
        ObjectNode report = StoredReads.ofUsage(() -> {
            // Before the amounts, which may have more than that.
            Optional<Instant> until = ledger.countedUntil();
            ledger.read(List.of(key), used::add);
            return report(key, until, used, BudgetPeriods.at(clock.instant()));
        });
        if (caller.limits().budgeted()) {
            putLeft(report, caller.limits(), StoredReads.ofUsage(() -> ledger.spending(key, clock.instant())));
        }
        return report;
    }

    /** What was used on the day and in the month, and in the month by model. */
    static ObjectNode report(KeyId key, Optional<Instant> until, List<DailyUsage> used, BudgetPeriods periods) {
        UsageTable today = new UsageTable(Set.of());
        UsageTable month = new UsageTable(Set.of(UsageDimension.MODEL));
        used.stream().filter(each -> each.day().equals(periods.day())).forEach(each -> today.add("", each));
        used.stream().filter(each -> each.day().startsWith(periods.month())).forEach(each -> month.add("", each));
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("key", key.value());
        UsageJson.putCountedUntil(report, until);
        UsageJson.put(report.putObject("today"), today.total());
        ObjectNode models =
                UsageJson.put(report.putObject("month"), month.total()).putObject("models");
        month.rows()
                .forEach(row ->
                        row.values().forEach((_, model) -> UsageJson.put(models.putObject(model), row.amounts())));
        return report;
    }

    /**
     * What the budgets leave: that of a day at most what that of the month leaves. They are charged what is known of a cost;
     * the usage counts costs that are known as a whole.
     */
    static void putLeft(ObjectNode report, KeyLimits limits, Spending spending) {
        Optional<BigDecimal> month =
                limits.usdPerMonth().map(budget -> left(budget, spending.thisMonth(), spending.reserved()));
        limits.usdPerDay()
                .map(budget -> left(budget, spending.today(), spending.reserved()))
                .ifPresent(today ->
                        report.put("left_today_usd", month.map(today::min).orElse(today)));
        month.ifPresent(left -> report.put("left_this_month_usd", left));
    }

    private static BigDecimal left(BigDecimal budget, BigDecimal spent, BigDecimal reserved) {
        return budget.subtract(spent).subtract(reserved).max(BigDecimal.ZERO);
    }
}
