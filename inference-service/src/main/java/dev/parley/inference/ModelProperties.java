package dev.parley.inference;

import dev.parley.contracts.price.ModelPrice;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Claude's models and prices, the same for every service. The defaults are in {@code parley-models.yaml} of the contracts.
 *
 * @param models at most {@value #MODELS_MAX} models with time series and a circuit breaker of their own, besides those with a price
 *     and the fallback models
 */
@ConfigurationProperties("parley")
public record ModelProperties(List<Model> models, List<ModelPrice> prices) {
    static final int MODELS_MAX = 100;

    public ModelProperties {
        models = List.copyOf(models);
        prices = List.copyOf(prices);
        if (models.size() > MODELS_MAX) {
            throw new IllegalArgumentException("parley.models: more than " + MODELS_MAX);
        }
    }

    /**
     * A model.
     *
     * @param id also the prefix of its dated names
     */
    public record Model(String id) {}

    List<String> ids() {
        return models.stream().map(Model::id).toList();
    }
}
