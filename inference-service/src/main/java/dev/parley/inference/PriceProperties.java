package dev.parley.inference;

import dev.parley.contracts.price.ModelPrice;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What Claude charges, to every service alike. The defaults are in {@code parley-prices.yaml} of the contracts. */
@ConfigurationProperties("parley")
public record PriceProperties(List<ModelPrice> prices) {
    public PriceProperties {
        prices = List.copyOf(prices);
    }
}
