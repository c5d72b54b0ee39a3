package dev.parley.inference.model;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.inference.generation.models.ModelChoice;
import dev.parley.inference.generation.models.ModelSelector;
import dev.parley.router.Calibration;
import dev.parley.router.ModelDecision;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import dev.parley.router.RequestTraitsReader;
import dev.parley.router.RoutingMode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Resolves the configured aliases. The decision follows from the request and the calibration alone, so that every replica and
 * every turn of a conversation comes to the same one: the first question of a conversation is scored, and rules only add to it.
 * A request that names an earlier answer, which did not suffice, is answered by the stronger model in every mode.
 */
public final class AliasSelector implements ModelSelector {
    private static final String OFF = RoutingMode.OFF.text();
    private static final String UNCALIBRATED = "uncalibrated";

    private record Router(ModelAlias alias, ModelRouter router, CalibrationFile calibration) {}

    private final Map<String, Router> routers;
    private final Function<String, LeastThinking> leastThinking;

    /** Takes the least thinking of each model. */
    public AliasSelector(List<ModelAlias> aliases, Function<String, LeastThinking> leastThinking, Clock clock) {
        this.leastThinking = leastThinking;
        this.routers = aliases.stream()
                .map(alias -> new Router(
                        alias,
                        new ModelRouter(alias.pair(), alias.target(), alias.strongPatterns()),
                        new CalibrationFile(alias.calibration(), clock)))
                .collect(Collectors.toUnmodifiableMap(router -> router.alias().name(), Function.identity()));
    }

    @Override
    public Optional<ModelChoice> select(ChatRequested requested) {
        return Optional.ofNullable(routers.get(requested.model())).map(router -> {
            Selection selection = selection(router, requested);
            return new ModelChoice(selection, router.alias().pair().other(selection.model()), leastThinking);
        });
    }

    @Override
    public boolean hasChoice(ChatRequested requested) {
        return routers.containsKey(requested.model());
    }

    private static Selection selection(Router router, ChatRequested requested) {
        ModelPair pair = router.alias().pair();
        RoutingMode mode = router.alias().mode(requested.key());
        if (requested.escalates().isPresent()) {
            return new Selection(
                    pair.strong(), mode.text(), pair.strong(), Selection.ESCALATED, OptionalDouble.empty());
        }
        if (mode == RoutingMode.OFF) {
            return new Selection(pair.strong(), OFF, pair.strong(), OFF, OptionalDouble.empty());
        }
        Calibration calibration = router.calibration().current();
        ModelDecision decision = router.router()
                .decide(
                        RequestTraitsReader.read(requested.request(), requested.cachePolicy() == CachePolicy.NO_CACHE),
                        calibration);
        boolean decides = mode == RoutingMode.ON && calibration.isOf(pair);
        return new Selection(
                decides ? decision.model() : pair.strong(),
                mode == RoutingMode.ON && !decides ? UNCALIBRATED : mode.text(),
                decision.model(),
                decision.reason(),
                decision.suffices());
    }
}
