package dev.parley.gateway.web.keys;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Result;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.LogWrites;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Publishes changes of keys with optimistic concurrency. The log accepts every event, so the writer checks afterwards
 * whether its own has become the state. If another gateway's change came first, the change is repeated on top of it. So the
 * newest event of a key is its state again, which survives compaction; {@link #restore()} does this for writers that have
 * died. A revocation that another event follows is published again.
 */
public final class KeyChanges {
    private static final Logger LOG = LoggerFactory.getLogger(KeyChanges.class);
    private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(5);
    private static final int ATTEMPTS_MAX = 20;

    /** Makes the audit event of a change; its result is empty before the change. */
    interface Audit extends BiFunction<KeyEvent, Optional<Result>, KeyChanged> {}

    private final IssuedKeys keys;
    private final EventPublisher publisher;
    private final Scheduler workers;

    /** The end of the latest change of each key that is being changed. */
    private final Map<KeyId, CompletableFuture<Void>> latest = new ConcurrentHashMap<>();

    public KeyChanges(IssuedKeys keys, EventPublisher publisher, Scheduler workers) {
        this.keys = keys;
        this.publisher = publisher;
        this.workers = workers;
    }

    /** Publishes the event of a new or a revoked key, between its two audit events. */
    Mono<Void> publish(KeyEvent event, Audit audit) {
        return toItsEnd(announce(event, audit).then(conclude(event, audit, Result.APPLIED)));
    }

    /** A change that continues when the operator disconnects, so that its result is on the log. */
    private static <T> Mono<T> toItsEnd(Mono<T> change) {
        return Mono.fromFuture(change::toFuture, true);
    }

    /** As {@link #publish(KeyEvent)}, after the audit event is on the log: no change without an audit event. */
    private Mono<Optional<KeyEvent>> announce(KeyEvent event, Audit audit) {
        return LogWrites.explained(() -> publisher.publish(KeyCodec.encode(audit.apply(event, Optional.empty()))))
                .publishOn(workers)
                .then(Mono.defer(() -> publish(event)));
    }

    /** Publishes the audit event with the result. The change is made by then, so a failure is not one of the request. */
    private Mono<Void> conclude(KeyEvent event, Audit audit, Result result) {
        return Mono.defer(() -> Mono.fromFuture(
                        publisher.publish(KeyCodec.encode(audit.apply(event, Optional.of(result)))), true))
                .onErrorResume(failure -> {
                    LOG.warn("The result of the change of {} is not on the log: {}", event.key(), failure.toString());
                    return Mono.empty();
                })
                .then()
                .publishOn(workers);
    }

    /** Publishes an event and emits the state before it, once this gateway has read it. */
    private Mono<Optional<KeyEvent>> publish(KeyEvent event) {
        CompletableFuture<Optional<KeyEvent>> applied =
                keys.applied(event).orTimeout(APPLY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        return Mono.fromFuture(publisher.publish(KeyCodec.encode(event)).thenCompose(_ -> applied), true)
                .doOnSuccess(
                        _ -> LOG.info("{} {} of {}", event.getClass().getSimpleName(), event.key(), event.tenant()))
                .onErrorMap(_ -> ApiErrorException.logUnreachable())
                .publishOn(workers);
    }

    /**
     * Changes a key, after the changes of this key that this gateway has begun, which would only delay each other.
     *
     * @param audit the audit event of a change
     * @param change computes the change from the state of the key; called again after a concurrent change
     * @param event the event of a change
     */
    <T> Mono<T> change(KeyIssued key, Audit audit, Function<KeyIssued, T> change, Function<T, KeyIssued> event) {
        return toItsEnd(afterOthers(
                key.key(),
                () -> keys.valid(key.key())
                        .map(state ->
                                new Attempts<>(audit, change, event).write(change.apply(state), state, ATTEMPTS_MAX))
                        .orElseGet(() -> Mono.error(noSuchKey()))));
    }

    private <T> Mono<T> afterOthers(KeyId key, Supplier<Mono<T>> work) {
        return Mono.defer(() -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            CompletableFuture<Void> before =
                    Optional.ofNullable(latest.put(key, done)).orElseGet(() -> CompletableFuture.completedFuture(null));
            return Mono.fromFuture(before)
                    .publishOn(workers)
                    .then(Mono.defer(work))
                    .doFinally(_ -> {
                        latest.remove(key, done);
                        done.complete(null);
                    });
        });
    }

    /** A change of a key, which is made again after a concurrent one. */
    private final class Attempts<T> {
        private final Audit audit;
        private final Function<KeyIssued, T> change;
        private final Function<T, KeyIssued> event;

        Attempts(Audit audit, Function<KeyIssued, T> change, Function<T, KeyIssued> event) {
            this.audit = audit;
            this.change = change;
            this.event = event;
        }

        /**
         * @param state the presumed state of the key, which the new event should replace
         * @param left attempts, this one included
         */
        Mono<T> write(T changed, KeyIssued state, int left) {
            KeyIssued written = event.apply(changed);
            return announce(written, audit).flatMap(before -> switch (before.orElse(state)) {
                case KeyRevoked revoked ->
                    publishAgain(revoked)
                            .then(conclude(written, audit, Result.UNDONE))
                            .then(Mono.error(KeyChanges::noSuchKey));
                case KeyIssued other when !written.replaces(other) -> writeAgain(other, written, left - 1);
                case KeyIssued _ -> conclude(written, audit, Result.APPLIED).thenReturn(changed);
            });
        }

        /** Makes the change again, from the state that an event written too late has not replaced. */
        private Mono<T> writeAgain(KeyIssued state, KeyIssued written, int left) {
            T changed;
            try {
                if (left == 0) {
                    throw changedByOthers();
                }
                changed = change.apply(state);
            } catch (RuntimeException e) {
                return conclude(written, audit, Result.UNDONE).then(Mono.error(e));
            }
            return write(changed, state, left);
        }
    }

    /** Tried for a minute: compaction would keep the change that replaced the revocation, and the key would be valid again. */
    private Mono<Optional<KeyEvent>> publishAgain(KeyRevoked revoked) {
        return Mono.defer(() -> publish(revoked))
                .retryWhen(Retry.backoff(8, Duration.ofMillis(250))
                        .onRetryExhaustedThrow((_, retries) -> retries.failure()));
    }

    /**
     * Publishes the states of keys again whose newest event on the log came too late, because its writer has not made its change
     * again. Gateways that do this at the same moment publish the same.
     */
    public Mono<Void> restore() {
        return Flux.defer(() -> Flux.fromIterable(keys.overwritten()))
                .concatMap(state -> publish(again(state)).onErrorResume(failure -> {
                    LOG.warn("The state of {} is not published again: {}", state.key(), failure.toString());
                    return Mono.empty();
                }))
                .then()
                .subscribeOn(workers);
    }

    private static KeyEvent again(KeyEvent state) {
        return switch (state) {
            case KeyRevoked revoked -> revoked;
            case KeyIssued issued -> issued.withVersion(Optional.of(issued.versionOrZero() + 1));
        };
    }

    private static ApiErrorException changedByOthers() {
        return new ApiErrorException(503, "This key is being changed by others.", "1");
    }

    static ApiErrorException noSuchKey() {
        return new ApiErrorException(404, "There is no such key.");
    }
}
