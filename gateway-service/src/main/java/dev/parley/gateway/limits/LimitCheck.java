package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.price.Rates;
import dev.parley.gateway.limits.LimitDecision.Admitted;
import dev.parley.gateway.limits.LimitDecision.FallbacksNotNamed;
import dev.parley.gateway.limits.LimitDecision.ModelNotAllowed;
import dev.parley.gateway.limits.LimitDecision.ModelWithoutPrice;
import dev.parley.gateway.limits.LimitDecision.RatesWithoutPrice;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.session.Caller;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** Decides whether a request is admitted under the limits of its key. A key without limits needs no ledger call. */
public final class LimitCheck {
    private final SharedLedger ledger;
    private final Prices prices;
    private final ModelAliases aliases;
    private final Clock clock;

    public LimitCheck(SharedLedger ledger, Prices prices, ModelAliases aliases, Clock clock) {
        this.ledger = ledger;
        this.prices = prices;
        this.aliases = aliases;
        this.clock = clock;
    }

    /** Decides. The future completes within the time limit of the ledger, and never exceptionally. */
    public CompletableFuture<LimitDecision> admit(Caller caller, GenerationId generation, Accepted request) {
        KeyLimits limits = caller.limits();
        Optional<KeyId> key = caller.key();
        List<NamedModel> models = NamedModel.of(request);
        Optional<LimitDecision> refusal = refusal(limits, request.json(), models);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        if (!limits.metered() || key.isEmpty()) {
            return CompletableFuture.completedFuture(new Admitted(Permit.free()));
        }
        long input = InputEstimate.tokens(request.upstream().length, request.json());
        BigDecimal cost = limits.budgeted() ? costAtMost(models, input, CacheLife.of(request.json())) : BigDecimal.ZERO;
        return ledger.admit(new Demand(key.get(), limits, generation, input, cost), clock.instant());
    }

    /** What the limits of a key do not permit, whatever it has used. */
    private Optional<LimitDecision> refusal(KeyLimits limits, JsonNode request, List<NamedModel> models) {
        for (NamedModel model : models) {
            if (!allows(limits, model.name())) {
                return Optional.of(new ModelNotAllowed(model.name()));
            }
        }
        if ((limits.budgeted() || !limits.models().isEmpty()) && !NamedModel.areFallbacksNamed(request)) {
            return Optional.of(new FallbacksNotNamed());
        }
        if (!limits.budgeted()) {
            return Optional.empty();
        }
        if (hasPremiumRates(request) || request.path("fallbacks").valueStream().anyMatch(LimitCheck::hasPremiumRates)) {
            return Optional.of(new RatesWithoutPrice());
        }
        return models.stream()
                .map(NamedModel::name)
                .filter(model -> !hasPrice(model))
                .findFirst()
                .map(ModelWithoutPrice::new);
    }

    private static boolean hasPremiumRates(JsonNode request) {
        return Rates.of(request) == Rates.PREMIUM;
    }

    /** Whether a key with these limits may use a model. A key with a budget may only use models that have a price. */
    public boolean mayUse(KeyLimits limits, String model) {
        return allows(limits, model) && (!limits.budgeted() || hasPrice(model));
    }

    /** Whether the names that a key may use permit a model, or an alias: by its name, or because they permit both of its models. */
    public boolean allows(KeyLimits limits, String model) {
        return limits.allows(model) || aliases.models(model).stream().allMatch(limits::allows);
    }

    private boolean hasPrice(String model) {
        return aliases.models(model).stream().allMatch(prices::hasPrice);
    }

    /**
     * The highest possible cost of calls of models that have a price, without server tools: of an alias, with the dearest of its
     * models.
     */
    private BigDecimal costAtMost(List<NamedModel> named, long input, CacheLife life) {
        return named.stream()
                .map(each -> aliases.models(each.name()).stream()
                        .flatMap(model -> prices.costAtMost(model, input, each.outputTokensMax(), life).stream())
                        .reduce(BigDecimal.ZERO, BigDecimal::max)
                        .multiply(BigDecimal.valueOf(each.callsMax())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
