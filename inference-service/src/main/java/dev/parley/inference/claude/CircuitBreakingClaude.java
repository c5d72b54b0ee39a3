package dev.parley.inference.claude;

import static java.util.Objects.requireNonNull;

import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.models.KnownModels;
import dev.parley.messages.ApiError;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Claude behind circuit breakers for each known model, and for all others together. While a model fails, its clients get an error
 * at once, or a fallback model answers. Counts failures of Claude and of the network, not errors of clients.
 *
 * <p>A request may be why its call fails, as by a document at a slow address. Only what no request causes, that Claude is
 * overloaded or cannot be reached, suspends a model for all keys. Other failures suspend it for the {@linkplain FailingKeys keys}
 * whose own calls fail, however many these are: whether other keys may call does not depend on them.
 */
public final class CircuitBreakingClaude implements Claude {
    private final Claude claude;
    private final BreakerSettings settings;
    private final KnownModels models;
    private final CircuitBreakerConfig sharedConfig;
    private final CircuitBreakerConfig failingConfig;

    /** By known model, which bounds their number. */
    private final Map<String, ModelBreakers> breakers = new ConcurrentHashMap<>();

    public CircuitBreakingClaude(Claude claude, BreakerSettings settings, KnownModels models) {
        this.claude = claude;
        this.settings = settings;
        this.models = models;
        this.sharedConfig = Breakers.config(settings).build();
        this.failingConfig = Breakers.config(settings)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
    }

    @Override
    public CompletableFuture<Response> ask(Call call) {
        ModelBreakers model = breakers.computeIfAbsent(models.nameOf(call.model()), ModelBreakers::new);
        State state = model.shared.getState();
        boolean probe = state == State.HALF_OPEN;
        // An open breaker is not asked for permission: at the end of its pause it would make the call a probe.
        if (state == State.OPEN || !model.tryCall(call.key(), probe)) {
            return CompletableFuture.completedFuture(new Response.Refused(
                    0,
                    "",
                    Long.toString(Math.max(1, settings.pause().toSeconds())),
                    ApiError.of(529, "Calls to this model are suspended for some seconds, because recent ones failed."),
                    true));
        }
        long start = System.nanoTime();
        CompletableFuture<Response> response = claude.ask(call);
        var _ = response.whenComplete(
                (answer, failure) -> model.ended(call.key(), probe, answer, failure, System.nanoTime() - start));
        return response;
    }

    /** What the end of a call says of Claude. */
    private enum Outcome {
        ANSWERED,
        /** Perhaps because of the request. */
        FAILED,
        /** Claude is overloaded or cannot be reached, for all requests. */
        UNAVAILABLE,
        /** Nothing: the client has cancelled the call, or its headers cannot be sent. */
        NOT_MADE;

        private static final Set<Integer> UNAVAILABLE_STATUSES = Set.of(503, 529);

        static Outcome of(@Nullable Response answer, @Nullable Throwable failure) {
            if (failure != null) {
                // Other failures are timeouts.
                return failure instanceof CancellationException ? NOT_MADE : FAILED;
            }
            if (!(answer instanceof Response.Refused refused)) {
                return ANSWERED;
            }
            boolean responded = refused.status() > 0;
            int status = responded ? refused.status() : refused.error().status();
            if (UNAVAILABLE_STATUSES.contains(status)) {
                return UNAVAILABLE;
            }
            return status >= 500 ? FAILED : responded ? ANSWERED : NOT_MADE;
        }
    }

    private final class ModelBreakers {
        /** The breaker for all keys: counts answers, and failures that no request causes. */
        private final CircuitBreaker shared;
        /** The breaker for keys whose own calls fail: counts all calls. */
        private final CircuitBreaker ofFailing;

        private final FailingKeys failing = new FailingKeys(settings.pause(), System::nanoTime);
        /** How many probes of a key are under way, while the shared breaker is half open. */
        private final Map<String, Integer> probing = new ConcurrentHashMap<>();

        private ModelBreakers(String model) {
            shared = Breakers.breaker(model, sharedConfig);
            ofFailing = Breakers.breaker(model + " for keys whose calls fail", failingConfig);
        }

        private boolean tryCall(String key, boolean probe) {
            boolean permitted = probe ? tryProbe(key) : shared.tryAcquirePermission();
            boolean failureLikely = probe || ofFailing.getState() != State.CLOSED;
            if (permitted && failureLikely && !failing.tryCall(key)) {
                leaveProbe(key, probe);
                return false;
            }
            return permitted;
        }

        /** Takes a probe. A key has at most all but one at a time: else a key whose calls time out would use them all. */
        private boolean tryProbe(String key) {
            int own = probing.merge(key, 1, Integer::sum);
            boolean permitted = own <= Math.max(1, settings.probes() - 1) && shared.tryAcquirePermission();
            if (!permitted) {
                endProbe(key, true);
            }
            return permitted;
        }

        private void endProbe(String key, boolean probe) {
            if (probe) {
                probing.computeIfPresent(key, (_, own) -> own == 1 ? null : own - 1);
            }
        }

        private void ended(
                String key, boolean probe, @Nullable Response answer, @Nullable Throwable failure, long nanos) {
            switch (Outcome.of(answer, failure)) {
                case ANSWERED -> {
                    failing.succeeded(key);
                    shared.onSuccess(nanos, TimeUnit.NANOSECONDS);
                    ofFailing.onSuccess(nanos, TimeUnit.NANOSECONDS);
                    endProbe(key, probe);
                }
                case UNAVAILABLE -> {
                    failing.undecided(key);
                    shared.onError(nanos, TimeUnit.NANOSECONDS, reason(answer, failure));
                    ofFailing.onError(nanos, TimeUnit.NANOSECONDS, reason(answer, failure));
                    endProbe(key, probe);
                }
                case FAILED -> {
                    failing.failed(key);
                    ofFailing.onError(nanos, TimeUnit.NANOSECONDS, reason(answer, failure));
                    leaveProbe(key, probe);
                }
                case NOT_MADE -> {
                    failing.undecided(key);
                    leaveProbe(key, probe);
                }
            }
        }

        /** The status and the type of an error, because its message may quote the request. */
        private static Throwable reason(@Nullable Response answer, @Nullable Throwable failure) {
            return answer instanceof Response.Refused refused
                    ? new IllegalStateException(
                            refused.error().status() + " " + refused.error().type())
                    : requireNonNull(failure);
        }

        /** Another call is the probe instead of one that decides nothing for all keys. */
        private void leaveProbe(String key, boolean probe) {
            if (probe) {
                shared.releasePermission();
            }
            endProbe(key, probe);
        }
    }

    /** The number of models that are suspended, for all keys or for those whose calls fail. */
    public int suspended() {
        return (int) breakers.values().stream()
                .filter(model -> model.shared.getState() == State.OPEN || model.ofFailing.getState() == State.OPEN)
                .count();
    }
}
