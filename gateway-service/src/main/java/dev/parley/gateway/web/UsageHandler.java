package dev.parley.gateway.web;

import dev.parley.contracts.id.KeyId;
import dev.parley.gateway.limits.UsageMetric;
import dev.parley.gateway.limits.UsageReport;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/usage}: what the key of the caller has used today and this month, by UTC, and what is left of its budgets. */
public final class UsageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UsageHandler.class);
    private static final String SOON = "5";

    private final CallerRequests callers;
    /** Reads the usage of a key; may block and throw. */
    private final Function<KeyId, UsageReport> usage;
    /** Concurrent reads, which keys share. */
    private final RequestPlaces places;

    public UsageHandler(CallerRequests callers, Function<KeyId, UsageReport> usage, RequestPlaces places) {
        this.callers = callers;
        this.usage = usage;
        this.places = places;
    }

    public Mono<ServerResponse> read(ServerRequest request) {
        return callers.caller(request)
                .flatMap(caller -> places.during(caller, () -> JsonResponse.of(200, report(caller))));
    }

    private ObjectNode report(Caller caller) {
        KeyId key = caller.key()
                .orElseThrow(() -> new ApiErrorException(
                        ApiError.of(404, "The usage of keys in the gateway's configuration is not counted.")));
        UsageReport found = read(key);
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("key", key.value());
        report.set("today", amounts(found.today()));
        ObjectNode month = amounts(found.month());
        ObjectNode models = month.putObject("models");
        found.models().forEach((model, amounts) -> models.set(model, amounts(amounts)));
        report.set("month", month);
        left(report, "left_today_usd", caller.limits().usdPerDay(), found.today());
        left(report, "left_this_month_usd", caller.limits().usdPerMonth(), found.month());
        return report;
    }

    private UsageReport read(KeyId key) {
        try {
            return usage.apply(key);
        } catch (RuntimeException e) {
            LOG.warn("Reading the usage of {} failed: {}", key, e.toString());
            throw new ApiErrorException(ApiError.of(503, "The usage cannot be read at the moment."), SOON);
        }
    }

    private static void left(
            ObjectNode report, String name, Optional<BigDecimal> budget, Map<UsageMetric, Long> spent) {
        budget.ifPresent(limit -> report.put(
                name,
                limit.subtract(UsageJson.dollars(spent.getOrDefault(UsageMetric.COST_USD, 0L)))
                        .max(BigDecimal.ZERO)));
    }

    private ObjectNode amounts(Map<UsageMetric, Long> amounts) {
        return UsageJson.put(JsonNodeFactory.instance.objectNode(), amounts);
    }
}
