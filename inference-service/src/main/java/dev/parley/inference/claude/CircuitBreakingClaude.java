package dev.parley.inference.claude;

import dev.parley.answercache.lookup.Breakers;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.KnownModels;
import dev.parley.messages.ApiError;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Claude behind a circuit breaker for each known model, and one for all others. While a model fails, its clients get an error at
 * once, or a fallback model answers. Counts failures of Claude and of the network, not errors of clients.
 */
public final class CircuitBreakingClaude implements Claude {
    private final Claude claude;
    private final BreakerSettings settings;
    private final KnownModels models;
    private final CircuitBreakerConfig config;

    /** By known model, which bounds their number. */
    private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();

    public CircuitBreakingClaude(Claude claude, BreakerSettings settings, KnownModels models) {
        this.claude = claude;
        this.settings = settings;
        this.models = models;
        this.config = Breakers.config(
                        settings.calls(),
                        settings.callsMin(),
                        settings.failuresPercentMax(),
                        settings.pause(),
                        settings.probes())
                .build();
    }

    @Override
    public CompletableFuture<Response> ask(Call call) {
        CircuitBreaker breaker =
                breakers.computeIfAbsent(models.nameOf(call.model()), model -> Breakers.breaker(model, config));
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.completedFuture(new Response.Refused(
                    0,
                    "",
                    Long.toString(Math.max(1, settings.pause().toSeconds())),
                    ApiError.of(529, "Claude is in trouble and is being spared for a moment."),
                    true));
        }
        long start = System.nanoTime();
        CompletableFuture<Response> response = claude.ask(call);
        var _ = response.whenComplete((answer, failure) -> record(breaker, answer, failure, System.nanoTime() - start));
        return response;
    }

    private static void record(
            CircuitBreaker breaker, @Nullable Response answer, @Nullable Throwable failure, long nanos) {
        if (failure instanceof CancellationException) {
            // By the client: no failure of Claude.
            breaker.releasePermission();
        } else if (failure != null) {
            // Claude did not answer in time.
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        } else if (answer instanceof Response.Refused refused && isFailure(refused.status())) {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException("status " + refused.status()));
        } else {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static boolean isFailure(int status) {
        return status == 0 || status >= 500;
    }

    /** The number of models whose breaker is open. */
    public int spared() {
        return (int) breakers.values().stream()
                .filter(breaker -> breaker.getState() == CircuitBreaker.State.OPEN)
                .count();
    }
}
