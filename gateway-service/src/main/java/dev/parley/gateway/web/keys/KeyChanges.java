package dev.parley.gateway.web.keys;

import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Puts on the log what becomes of a key. The log takes an event whatever came before it, so who has written one looks at
 * what it has replaced. A change that another gateway made at the same moment is not undone: ours is made again, upon it. A
 * revocation stays the newest event of its key, so that it outlives the compaction of the log.
 */
final class KeyChanges {
    private static final Logger LOG = LoggerFactory.getLogger(KeyChanges.class);
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(5);
    private static final int TRIES = 5;

    private final IssuedKeys keys;
    private final EventPublisher publisher;
    private final Scheduler workers;

    KeyChanges(IssuedKeys keys, EventPublisher publisher, Scheduler workers) {
        this.keys = keys;
        this.publisher = publisher;
        this.workers = workers;
    }

    /** As {@link #publish(KeyEvent)}, once it is on the log whose doing it is: nothing changes without a trace. */
    Mono<Optional<KeyEvent>> publish(KeyEvent event, KeyAudit audit) {
        return Mono.fromFuture(() -> publisher.publish(audit.of(event)), true)
                .onErrorMap(e -> unreachable())
                .publishOn(workers)
                .then(Mono.defer(() -> publish(event)));
    }

    /** What the event has replaced. Completes when it is on the log and known to this gateway. */
    private Mono<Optional<KeyEvent>> publish(KeyEvent event) {
        CompletableFuture<Optional<KeyEvent>> known =
                keys.applied(event).orTimeout(KNOWN_WITHIN.toSeconds(), TimeUnit.SECONDS);
        return Mono.fromFuture(publisher.publish(event).thenCompose(_ -> known), true)
                .doOnSuccess(
                        _ -> LOG.info("{} {} of {}", event.getClass().getSimpleName(), event.key(), event.tenant()))
                .onErrorMap(e -> unreachable())
                .publishOn(workers);
    }

    private static ApiErrorException unreachable() {
        return new ApiErrorException(ApiError.of(503, "The log cannot be reached."), "1");
    }

    /**
     * Changes a key.
     *
     * @param change made of what is known of the key; asked again if that has changed meanwhile
     * @param event of a change
     */
    <T> Mono<T> change(KeyIssued key, KeyAudit audit, Function<KeyIssued, T> change, Function<T, KeyIssued> event) {
        return change(key, key, audit, change, event, TRIES);
    }

    /** @param newest what is taken for the newest event of the key; what our own is to replace */
    private <T> Mono<T> change(
            KeyIssued key,
            KeyIssued newest,
            KeyAudit audit,
            Function<KeyIssued, T> change,
            Function<T, KeyIssued> event,
            int tries) {
        T changed = change.apply(key);
        KeyIssued written = event.apply(changed);
        return publish(written, audit).flatMap(before -> switch (before.orElse(newest)) {
            case KeyRevoked revoked -> publish(revoked).then(Mono.error(KeyChanges::noSuchKey));
            case KeyIssued replaced when replaced.equals(newest) -> Mono.just(changed);
            case KeyIssued _
            when tries <= 1 ->
                Mono.error(new ApiErrorException(ApiError.of(503, "This key is being changed by others."), "1"));
            case KeyIssued replaced -> change(replaced, written, audit, change, event, tries - 1);
        });
    }

    static ApiErrorException noSuchKey() {
        return new ApiErrorException(ApiError.of(404, "There is no such key."));
    }
}
