package dev.parley.inference;

import dev.parley.contracts.Bounds;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.model.ModelAlias;
import dev.parley.inference.similar.JudgeModel;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingMode;
import dev.parley.router.RoutingTarget;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Claude's models, their aliases and prices, the same for every service. The defaults are in {@code parley-models.yaml} of the
 * contracts.
 *
 * @param models at most {@value #MODELS_MAX} models with time series and a circuit breaker of their own, besides those with a price
 *     and the fallback models
 */
@ConfigurationProperties("parley")
public record ModelProperties(List<Model> models, List<Alias> aliases, List<ModelPrice> prices) {
    static final int MODELS_MAX = 100;

    /** The input of a call to a judge, about. */
    private static final long VERDICT_INPUT_TOKENS = 1_000;

    public ModelProperties {
        models = List.copyOf(models);
        aliases = List.copyOf(aliases);
        prices = List.copyOf(prices);
        if (models.size() > MODELS_MAX) {
            throw new IllegalArgumentException("parley.models: more than " + MODELS_MAX);
        }
    }

    /** A model, by its id, which is also the prefix of its dated names. */
    public record Model(
            String id, @DefaultValue("on-request") LeastThinking thinking) {}

    /**
     * A name for a pair of models.
     *
     * @param keys keys with a mode of their own
     * @param maxQualityLoss the share of the stronger model's quality that may be lost, from 0 to 1
     * @param targetStrongShare the share of questions for the stronger model, from 0 to 1; replaces the former
     * @param strongPatterns regular expressions: if one occurs in a message of the user, the stronger model answers
     * @param calibration the path of the calibration; empty for none
     */
    public record Alias(
            String name,
            String strong,
            String cheaper,
            @DefaultValue("off") RoutingMode mode,
            @DefaultValue List<KeyMode> keys,
            @DefaultValue("0.02") double maxQualityLoss,
            @DefaultValue Optional<Double> targetStrongShare,
            @DefaultValue List<String> strongPatterns,
            @DefaultValue("") String calibration) {
        public Alias {
            Bounds.share("max-quality-loss", maxQualityLoss);
            targetStrongShare.ifPresent(share -> Bounds.share("target-strong-share", share));
            keys = List.copyOf(keys);
            strongPatterns = List.copyOf(strongPatterns);
        }

        ModelAlias alias() {
            return new ModelAlias(
                    name,
                    new ModelPair(strong, cheaper),
                    mode,
                    keys.stream().collect(Collectors.toMap(own -> new KeyId(own.key()), KeyMode::mode)),
                    RoutingTarget.of(targetStrongShare, maxQualityLoss),
                    strongPatterns.stream().map(Pattern::compile).toList(),
                    Optional.of(calibration).filter(path -> !path.isEmpty()).map(Path::of));
        }
    }

    public record KeyMode(String key, RoutingMode mode) {}

    List<String> ids() {
        return models.stream().map(Model::id).toList();
    }

    /** The least thinking of a model, by the longest configured prefix of its name; that of older models if there is none. */
    LeastThinking leastThinking(String model) {
        return models.stream()
                .filter(configured -> model.startsWith(configured.id()))
                .max(Comparator.comparingInt(configured -> configured.id().length()))
                .map(Model::thinking)
                .orElse(LeastThinking.ON_REQUEST);
    }

    /** The configured model with the lowest price of a verdict, with its thinking at most; empty if none has a price. */
    Optional<String> cheapest() {
        Prices list = new Prices(prices);
        return models.stream()
                .filter(model -> list.hasPrice(model.id()))
                .min(Comparator.comparing(model -> list.costAtMost(
                                model.id(),
                                VERDICT_INPUT_TOKENS,
                                new JudgeModel(model.id(), model.thinking()).outputTokensMax(),
                                CacheLife.FIVE_MINUTES)
                        .orElseThrow()))
                .map(Model::id);
    }

    List<String> pairedModels() {
        return aliases.stream()
                .flatMap(alias -> Stream.of(alias.strong(), alias.cheaper()))
                .toList();
    }
}
