package dev.parley.gateway.session;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyRevoked;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that were issued while gateways ran, as the log tells of them. Written by the thread that reads the log; as
 * large as the number of keys ever issued.
 */
public final class IssuedKeys {
    private final Map<KeyId, KeyEvent> newest = new ConcurrentHashMap<>();
    private final Map<String, KeyIssued> byHash = new ConcurrentHashMap<>();
    private final Map<KeyEvent, CompletableFuture<Optional<KeyEvent>>> awaited = new ConcurrentHashMap<>();
    private final OnDisconnect onDisconnect;
    private final Clock clock;
    private volatile boolean complete;

    /**
     * None yet.
     *
     * @param onDisconnect for keys that do not say
     */
    public IssuedKeys(OnDisconnect onDisconnect, Clock clock) {
        this.onDisconnect = onDisconnect;
        this.clock = clock;
    }

    /** The next event of the log. A key that was revoked stays so, whatever comes after. */
    public void apply(KeyEvent event) {
        KeyEvent before = newest.get(event.key());
        if (!(before instanceof KeyRevoked)) {
            if (event instanceof KeyIssued issued) {
                byHash.put(issued.sha256(), issued);
                issued.previous().ifPresent(previous -> byHash.put(previous.sha256(), issued));
            }
            newest.put(event.key(), event);
            if (before instanceof KeyIssued replaced && !replaced.equals(event)) {
                forget(replaced);
            }
        }
        CompletableFuture<Optional<KeyEvent>> waiting = awaited.remove(event);
        if (waiting != null) {
            waiting.complete(Optional.ofNullable(before));
        }
    }

    private void forget(KeyIssued replaced) {
        byHash.remove(replaced.sha256(), replaced);
        replaced.previous().ifPresent(previous -> byHash.remove(previous.sha256(), replaced));
    }

    /** All events up to the end of the log, as it was at the beginning, are applied. */
    public void completed() {
        complete = true;
    }

    public boolean complete() {
        return complete;
    }

    /** What was known of the key before, once this event, which is not on the log yet, has been applied. */
    public CompletableFuture<Optional<KeyEvent>> applied(KeyEvent event) {
        CompletableFuture<Optional<KeyEvent>> waiting = awaited.computeIfAbsent(event, _ -> new CompletableFuture<>());
        var _ = waiting.whenComplete((_, _) -> awaited.remove(event, waiting));
        return waiting;
    }

    /** What is known of a key that was not revoked. */
    public Optional<KeyIssued> good(KeyId key) {
        return newest.get(key) instanceof KeyIssued issued ? Optional.of(issued) : Optional.empty();
    }

    /** What is known of each key, in the order of their making. */
    public List<KeyEvent> all() {
        return newest.values().stream()
                .sorted(Comparator.comparing(event -> event.key().value()))
                .toList();
    }

    /** Whether there is a key for which something has to be counted. */
    public boolean anyMetered() {
        return newest.values().stream()
                .anyMatch(event ->
                        event instanceof KeyIssued issued && issued.limits().metered());
    }

    /** Who holds the key with this hash. */
    Optional<Caller> find(String hash) {
        return Optional.ofNullable(byHash.get(hash))
                .filter(issued -> issued.sha256().equals(hash) || previousIsGood(issued))
                .map(issued -> new Caller(
                        issued.tenant(),
                        issued.name(),
                        issued.onDisconnect()
                                .map(policy -> OnDisconnect.valueOf(policy.toUpperCase(Locale.ROOT)))
                                .orElse(onDisconnect),
                        Optional.of(issued.key()),
                        issued.limits()));
    }

    private boolean previousIsGood(KeyIssued issued) {
        return issued.previous()
                .filter(previous -> clock.instant().isBefore(previous.until()))
                .isPresent();
    }
}
