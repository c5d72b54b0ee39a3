package dev.parley.answercache.lookup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes circuit breakers, with a metric, and a log line at the beginning and at the end of an outage. */
public final class Breakers {
    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

    private static final int CAUSES_MAX = 10;
    private static final int REASON_CHARACTERS_MAX = 200;

    /** Where Redisson quotes a command in its messages, perhaps with an answer or the name of a key. */
    private static final Pattern COMMAND = Pattern.compile("\\W*\\b(?:channel|commands?|params):.*", Pattern.DOTALL);

    private Breakers() {}

    /** A closed breaker of look-ups; the name of what it protects is in metrics and log lines. */
    public static CircuitBreaker breaker(String name, LookupSettings settings, MeterRegistry registry) {
        return breaker(
                name,
                config(settings.breaker())
                        .slowCallDurationThreshold(settings.slowAfter())
                        .slowCallRateThreshold(settings.slowPercentMax())
                        .build(),
                registry);
    }

    /** What all breakers have in common. */
    public static CircuitBreakerConfig.Builder config(BreakerSettings settings) {
        return CircuitBreakerConfig.custom()
                .slidingWindow(settings.calls(), settings.callsMin(), SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(settings.failuresPercentMax())
                .waitDurationInOpenState(settings.pause())
                // Also without calls, so that an idle breaker does not count as open.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(settings.probes());
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
        AtomicReference<@Nullable Throwable> lastFailure = new AtomicReference<>();
        breaker.getEventPublisher().onError(event -> lastFailure.set(event.getThrowable()));
        breaker.getEventPublisher().onStateTransition(event -> {
            StateTransition transition = event.getStateTransition();
            if (transition == StateTransition.CLOSED_TO_OPEN) {
                LOG.warn(
                        "Breaker {}: open. {} % of the latest calls failed, {} % were slow. The last failure: {}",
                        name,
                        Math.round(breaker.getMetrics().getFailureRate()),
                        Math.round(breaker.getMetrics().getSlowCallRate()),
                        Optional.ofNullable(lastFailure.get())
                                .map(Breakers::reason)
                                .orElse("none"));
            } else if (transition == StateTransition.HALF_OPEN_TO_CLOSED) {
                LOG.info("Breaker {}: closed", name);
            } else {
                // Two of these in each pause of an outage.
                LOG.debug("Breaker {}: {}", name, transition);
            }
        });
        return breaker;
    }

    /** The class and the beginning of the message of the first cause. */
    private static String reason(Throwable failure) {
        Throwable first = Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(CAUSES_MAX)
                .reduce(failure, (_, cause) -> cause);
        String text = COMMAND.matcher(first.toString()).replaceFirst("");
        return text.substring(0, Math.min(text.length(), REASON_CHARACTERS_MAX));
    }
}
