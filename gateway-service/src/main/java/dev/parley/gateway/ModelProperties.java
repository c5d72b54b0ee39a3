package dev.parley.gateway;

import dev.parley.contracts.price.ModelPrice;
import dev.parley.gateway.model.ModelSettings;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Claude's models and prices, the same for every service. The defaults are in {@code parley-models.yaml} of the contracts.
 *
 * @param models those listed for clients, the default first
 */
@ConfigurationProperties("parley")
public record ModelProperties(List<ModelSettings> models, List<ModelPrice> prices) {
    public ModelProperties {
        models = List.copyOf(models);
        prices = List.copyOf(prices);
    }
}
