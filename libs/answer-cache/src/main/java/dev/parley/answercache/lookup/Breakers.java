package dev.parley.answercache.lookup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes circuit breakers, with a metric and a log line for each change of state. */
public final class Breakers {
    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

    private Breakers() {}

    /**
     * A closed breaker of look-ups.
     *
     * @param name of what it protects, in metrics and log lines
     */
    public static CircuitBreaker breaker(String name, LookupSettings settings, MeterRegistry registry) {
        return breaker(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                settings.breakerCalls(), settings.breakerCallsMin(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(settings.failuresPercentMax())
                        .slowCallDurationThreshold(settings.slowAfter())
                        .slowCallRateThreshold(settings.slowPercentMax())
                        .waitDurationInOpenState(settings.pause())
                        // Also without calls, so that an idle breaker does not count as open.
                        .automaticTransitionFromOpenToHalfOpenEnabled(true)
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .build(),
                registry);
    }

    /**
     * A closed breaker of this configuration.
     *
     * @param name of what it protects, in metrics and log lines
     */
    public static CircuitBreaker breaker(String name, CircuitBreakerConfig config, MeterRegistry registry) {
        CircuitBreaker breaker = CircuitBreaker.of(name, config);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "Breaker {}: {} to {}",
                        name,
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
        Gauge.builder("parley.breaker.open", breaker, each -> each.getState() == State.OPEN ? 1 : 0)
                .description("1 while the circuit breaker suspends calls")
                .tag("breaker", name)
                .register(registry);
        return breaker;
    }
}
