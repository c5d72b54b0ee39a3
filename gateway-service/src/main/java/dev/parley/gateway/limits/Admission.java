package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.price.Rates;
import dev.parley.gateway.limits.Decision.Admitted;
import dev.parley.gateway.limits.Decision.ModelNotAllowed;
import dev.parley.gateway.limits.Decision.ModelWithoutPrice;
import dev.parley.gateway.limits.Decision.RatesWithoutPrice;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.session.Caller;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Decides whether a request is admitted under the limits of its key. A key without limits needs no ledger call. */
public final class Admission {
    private final SharedLedger ledger;
    private final Prices prices;
    private final ModelAliases aliases;
    private final Clock clock;

    public Admission(SharedLedger ledger, Prices prices, ModelAliases aliases, Clock clock) {
        this.ledger = ledger;
        this.prices = prices;
        this.aliases = aliases;
        this.clock = clock;
    }

    /** Decides. The future completes within the time limit of the ledger, and never exceptionally. */
    public CompletableFuture<Decision> admit(Caller caller, GenerationId generation, Accepted request) {
        KeyLimits limits = caller.limits();
        Optional<KeyId> key = caller.key();
        if (!allows(limits, request.model())) {
            return CompletableFuture.completedFuture(new ModelNotAllowed(request.model()));
        }
        if (!limits.metered() || key.isEmpty()) {
            return CompletableFuture.completedFuture(new Admitted(Permit.free()));
        }
        if (limits.budgeted() && Rates.of(request.json()) == Rates.PREMIUM) {
            return CompletableFuture.completedFuture(new RatesWithoutPrice());
        }
        long input = InputEstimate.tokens(request.upstream().length, request.json());
        Optional<BigDecimal> cost = costAtMost(limits, request, input);
        if (cost.isEmpty()) {
            return CompletableFuture.completedFuture(new ModelWithoutPrice(request.model()));
        }
        Demand demand = new Demand(key.get(), limits, generation, input, cost.get());
        return ledger.admit(demand, clock.instant());
    }

    /** Whether a key with these limits may use a model. A key with a budget may only use models that have a price. */
    public boolean mayUse(KeyLimits limits, String model) {
        return allows(limits, model)
                && (!limits.budgeted() || aliases.models(model).stream().allMatch(prices::hasPrice));
    }

    /** Whether a key may use a model, or an alias: by its name, or because it may use both of its models. */
    private boolean allows(KeyLimits limits, String model) {
        return limits.allows(model) || aliases.models(model).stream().allMatch(limits::allows);
    }

    /** The highest possible cost without server tools: of an alias, with the dearest of its models. */
    private Optional<BigDecimal> costAtMost(KeyLimits limits, Accepted request, long input) {
        if (!limits.budgeted()) {
            return Optional.of(BigDecimal.ZERO);
        }
        long output = request.json().path("max_tokens").longValue(0);
        CacheLife life = CacheLife.of(request.json());
        Optional<BigDecimal> highest = Optional.of(BigDecimal.ZERO);
        for (String model : aliases.models(request.model())) {
            highest = highest.flatMap(
                    other -> prices.costAtMost(model, input, output, life).map(other::max));
        }
        return highest;
    }
}
