package dev.parley.inference.claude;

import dev.parley.answercache.lookup.Breakers;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.KnownModels;
import dev.parley.messages.ApiError;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
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
 *
 * <p>Calls may time out because of what they ask for, such as a document at a slow address. While nothing but the calls of one
 * key has failed, by timing out, the breaker is for that key alone.
 */
public final class CircuitBreakingClaude implements Claude {
    private final Claude claude;
    private final BreakerSettings settings;
    private final KnownModels models;
    private final CircuitBreakerConfig config;

    /** By known model, which bounds their number. */
    private final Map<String, Guard> guards = new ConcurrentHashMap<>();

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
        Guard guard = guards.computeIfAbsent(
                models.nameOf(call.model()), model -> new Guard(Breakers.breaker(model, config)));
        boolean probe = guard.breaker.getState() == State.HALF_OPEN;
        boolean permitted = probe ? guard.tryProbe(call.key()) : guard.breaker.tryAcquirePermission();
        if (!permitted && guard.isFor(call.key())) {
            return CompletableFuture.completedFuture(new Response.Refused(
                    0,
                    "",
                    Long.toString(Math.max(1, settings.pause().toSeconds())),
                    ApiError.of(529, "Claude is in trouble and is being spared for a moment."),
                    true));
        }
        long start = System.nanoTime();
        CompletableFuture<Response> response = claude.ask(call);
        var _ = response.whenComplete((answer, failure) -> {
            if (!(failure instanceof CancellationException)) {
                guard.record(call.key(), permitted, answer, failure, System.nanoTime() - start);
            } else if (permitted) {
                // By the client: no failure of Claude.
                guard.breaker.releasePermission();
            }
            if (probe && permitted) {
                guard.endProbe(call.key());
            }
        });
        return response;
    }

    /** The breaker of a model, and the keys that it is for. */
    private final class Guard {
        private final CircuitBreaker breaker;
        /** How many probes of a key are under way, while it is half open. */
        private final Map<String, Integer> probing = new ConcurrentHashMap<>();

        private String lastFailed = "";
        /** Of the latest failures, how many in a row are calls of that key that timed out. */
        private int timeouts;

        private Guard(CircuitBreaker breaker) {
            this.breaker = breaker;
        }

        /** All probes but one for a key at a time: else one whose calls time out would use them all. */
        private boolean tryProbe(String key) {
            int own = probing.merge(key, 1, Integer::sum);
            boolean permitted = own <= Math.max(1, settings.probes() - 1) && breaker.tryAcquirePermission();
            if (!permitted) {
                endProbe(key);
            }
            return permitted;
        }

        private void endProbe(String key) {
            probing.computeIfPresent(key, (_, own) -> own == 1 ? null : own - 1);
        }

        /** Not for others, as long as one key had as many timeouts as open it. What is called then is evaluated too. */
        private synchronized boolean isFor(String key) {
            return timeouts < Math.max(1, settings.callsMin() * settings.failuresPercentMax() / 100)
                    || key.equals(lastFailed);
        }

        private void record(
                String key, boolean permitted, @Nullable Response answer, @Nullable Throwable failure, long nanos) {
            if (failure != null) {
                // Claude did not answer in time.
                failed(key, permitted, true);
                breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            } else if (answer instanceof Response.Refused refused && isFailure(refused.status())) {
                failed(key, permitted, false);
                breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException("status " + refused.status()));
            } else {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            }
        }

        /** Not of calls that were in flight when it opened: they may be those of one busy key, which did not open it alone. */
        private synchronized void failed(String key, boolean permitted, boolean timedOut) {
            if (permitted && breaker.getState() == State.OPEN) {
                return;
            }
            boolean again = timedOut && key.equals(lastFailed);
            timeouts = again ? timeouts + 1 : timedOut ? 1 : 0;
            lastFailed = key;
        }
    }

    private static boolean isFailure(int status) {
        return status == 0 || status >= 500;
    }

    /** The number of models whose breaker is open. */
    public int spared() {
        return (int) guards.values().stream()
                .filter(guard -> guard.breaker.getState() == State.OPEN)
                .count();
    }
}
