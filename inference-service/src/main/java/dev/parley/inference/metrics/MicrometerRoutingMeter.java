package dev.parley.inference.metrics;

import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.routing.RoutingMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts requests as {@code parley.cache.requests}, by the cache's verdict and its cause. */
public final class MicrometerRoutingMeter implements RoutingMeter {
    private final MeterRegistry registry;

    public MicrometerRoutingMeter(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void routed(RoutedRequest request, Cause cause) {
        registry.counter(
                        "parley.cache.requests",
                        "verdict",
                        request.verdict().text(),
                        "cause",
                        cause.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
