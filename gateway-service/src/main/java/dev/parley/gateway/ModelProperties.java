package dev.parley.gateway;

import dev.parley.contracts.price.ModelPrice;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.ModelSettings;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Claude's models, their aliases and prices, the same for every service. The defaults are in {@code parley-models.yaml} of the contracts.
 *
 * @param models those listed for clients, the default first
 */
@ConfigurationProperties("parley")
public record ModelProperties(List<ModelSettings> models, List<AliasSettings> aliases, List<ModelPrice> prices) {
    public ModelProperties {
        models = List.copyOf(models);
        aliases = List.copyOf(aliases);
        prices = List.copyOf(prices);
    }

    List<ModelSettings> listed() {
        return Stream.concat(models.stream(), aliases.stream().map(AliasSettings::listed))
                .toList();
    }
}
