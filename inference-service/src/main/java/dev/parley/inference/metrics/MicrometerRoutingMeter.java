package dev.parley.inference.metrics;

import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.routing.RoutingMeter;
import io.micrometer.core.instrument.Counter;
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
        Counter.builder("parley.cache.requests")
                .description("Requests by the cache's verdict and its cause")
                .tag("verdict", request.verdict().text())
                .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }
}
