package dev.parley.answercache.lookup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes circuit breakers, with a metric and a log line for each change of state. */
public final class Breakers {
    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

    private Breakers() {}

    /** A closed breaker of look-ups; the name of what it protects is in metrics and log lines. */
    public static CircuitBreaker breaker(String name, LookupSettings settings, MeterRegistry registry) {
        return breaker(
                name,
                config(
                                settings.breakerCalls(),
                                settings.breakerCallsMin(),
                                settings.failuresPercentMax(),
                                settings.pause(),
                                settings.probes())
                        .slowCallDurationThreshold(settings.slowAfter())
                        .slowCallRateThreshold(settings.slowPercentMax())
                        .build(),
                registry);
    }

    /** What all breakers have in common; the parameters are those of {@link LookupSettings}. */
    public static CircuitBreakerConfig.Builder config(
            int calls, int callsMin, int failuresPercentMax, Duration pause, int probes) {
        return CircuitBreakerConfig.custom()
                .slidingWindow(calls, callsMin, SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(failuresPercentMax)
                .waitDurationInOpenState(pause)
                // Also without calls, so that an idle breaker does not count as open.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(probes);
    }

    /** The same with this configuration. */
    public static CircuitBreaker breaker(String name, CircuitBreakerConfig config, MeterRegistry registry) {
        CircuitBreaker breaker = breaker(name, config);
        Gauge.builder("parley.breaker.open", breaker, each -> each.getState() == State.OPEN ? 1 : 0)
                .description("1 while the circuit breaker suspends calls")
                .tag("breaker", name)
                .register(registry);
        return breaker;
    }

    /** The same without a metric. */
    public static CircuitBreaker breaker(String name, CircuitBreakerConfig config) {
        CircuitBreaker breaker = CircuitBreaker.of(name, config);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "Breaker {}: {} to {}",
                        name,
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
        return breaker;
    }
}
