package dev.parley.gateway.redis;

import dev.parley.gateway.limits.LimitSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the circuit breaker for the shared ledger, which logs its state transitions. */
public final class RedisCircuitBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(RedisCircuitBreaker.class);

    private RedisCircuitBreaker() {}

    public static CircuitBreaker of(LimitSettings settings) {
        CircuitBreaker breaker = CircuitBreaker.of(
                "redis",
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                settings.breakerCalls(), settings.breakerCallsMin(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(settings.failuresPercentMax())
                        .waitDurationInOpenState(settings.pause())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "Circuit breaker for Redis: {} to {}",
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
        return breaker;
    }
}
