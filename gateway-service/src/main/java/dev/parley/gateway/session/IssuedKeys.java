package dev.parley.gateway.session;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The issued keys, built from the log. The thread that reads the log is the only writer. Holds one entry per key ever
 * issued.
 */
public final class IssuedKeys {
    /** How long before the end of a key operators are notified. */
    private static final Duration NOTICE = Duration.ofDays(14);

    private final Map<KeyId, KeyEvent> states = new ConcurrentHashMap<>();
    /** The keys whose newest event on the log is not their state. */
    private final Set<KeyId> overwritten = ConcurrentHashMap.newKeySet();

    private final Map<String, KeyIssued> byHash = new ConcurrentHashMap<>();
    private final Map<KeyEvent, CompletableFuture<Optional<KeyEvent>>> awaited = new ConcurrentHashMap<>();
    private final OnDisconnect onDisconnect;

    private final Clock clock;
    private final CompletableFuture<Void> firstIssued = new CompletableFuture<>();
    private volatile boolean complete;

    public IssuedKeys(OnDisconnect onDisconnect, Clock clock) {
        this.onDisconnect = onDisconnect;
        this.clock = clock;
    }

    /** Applies the next event of the log, if it counts. */
    public void apply(KeyEvent event) {
        KeyEvent before = states.get(event.key());
        if (before == null || event.replaces(before)) {
            if (event instanceof KeyIssued issued) {
                byHash.put(issued.sha256(), issued);
                issued.replaced().forEach(old -> byHash.put(old.sha256(), issued));
            }
            states.put(event.key(), event);
            firstIssued.complete(null);
            if (before instanceof KeyIssued replaced && !replaced.equals(event)) {
                removeHashes(replaced);
            }
            overwritten.remove(event.key());
        } else if (event.equals(before)) {
            overwritten.remove(event.key());
        } else {
            overwritten.add(event.key());
        }
        CompletableFuture<Optional<KeyEvent>> waiting = awaited.remove(event);
        if (waiting != null) {
            waiting.complete(Optional.ofNullable(before));
        }
    }

    private void removeHashes(KeyIssued before) {
        byHash.remove(before.sha256(), before);
        before.replaced().forEach(old -> byHash.remove(old.sha256(), before));
    }

    /** Records that all events up to the end of the log at startup have been applied. */
    public void completed() {
        complete = true;
    }

    public boolean complete() {
        return complete;
    }

    /**
     * The state of the key before the given event, once that has been read; it has become the state if it {@linkplain
     * KeyEvent#replaces replaces} the one before. Called before the event is on the log.
     */
    public CompletableFuture<Optional<KeyEvent>> applied(KeyEvent event) {
        CompletableFuture<Optional<KeyEvent>> waiting = awaited.computeIfAbsent(event, _ -> new CompletableFuture<>());
        var _ = waiting.whenComplete((_, _) -> awaited.remove(event, waiting));
        return waiting;
    }

    /**
     * The states of the keys whose newest event on the log is another one, which came too late. Compaction would keep that one
     * only. None before all is read.
     */
    public List<KeyEvent> overwritten() {
        return complete
                ? overwritten.stream()
                        .flatMap(key -> Optional.ofNullable(states.get(key)).stream())
                        .toList()
                : List.of();
    }

    /** The state of a key, which may have expired; empty if the key is unknown or revoked. */
    public Optional<KeyIssued> valid(KeyId key) {
        return states.get(key) instanceof KeyIssued issued ? Optional.of(issued) : Optional.empty();
    }

    /** The state of each key, ordered by creation. */
    public List<KeyEvent> all() {
        return states.values().stream()
                .sorted(Comparator.comparing(event -> event.key().value()))
                .toList();
    }

    /** The keys that were revoked or have expired. */
    public List<KeyId> ended() {
        Instant now = clock.instant();
        return states.values().stream()
                .filter(event -> !(event instanceof KeyIssued issued) || issued.hasExpired(now))
                .map(KeyEvent::key)
                .toList();
    }

    /** How many keys expire within {@link #NOTICE}, without those whose whole life is no longer than that. */
    public long expiring() {
        Instant now = clock.instant();
        return states.values().stream()
                .filter(event -> event instanceof KeyIssued key
                        && key.expiresAt()
                                .filter(end -> end.isAfter(now) && !end.isAfter(now.plus(NOTICE)))
                                .filter(end -> end.isAfter(key.createdAt().plus(NOTICE)))
                                .isPresent())
                .count();
    }

    /** Completes, on the thread that reads the log, when a key was ever issued. */
    public CompletableFuture<Void> firstIssued() {
        return firstIssued;
    }

    KeyLookup find(String hash) {
        Instant now = clock.instant();
        // Before the key is looked up, which may be read in between.
        boolean allRead = complete;
        return Optional.ofNullable(byHash.get(hash))
                .filter(issued -> issued.sha256().equals(hash) || replacedIsValid(issued, hash, now))
                .<KeyLookup>map(issued -> issued.expiresAt()
                        .filter(_ -> issued.hasExpired(now))
                        .<KeyLookup>map(KeyLookup.Expired::new)
                        .orElseGet(() -> new KeyLookup.Valid(caller(issued))))
                .orElseGet(() -> allRead ? new KeyLookup.Unknown() : new KeyLookup.NotReadYet());
    }

    private Caller caller(KeyIssued issued) {
        return new Caller(
                issued.tenant(),
                issued.name(),
                issued.onDisconnect()
                        .map(policy -> TextEnum.of(OnDisconnect.class, policy))
                        .orElse(onDisconnect),
                Optional.of(issued.key()),
                issued.limits(),
                issued.scopes().orElse(Set.of()),
                issued.similar().orElse(SimilarMode.OFF),
                issued.similarCosineMin());
    }

    private static boolean replacedIsValid(KeyIssued issued, String hash, Instant now) {
        return issued.replaced().anyMatch(old -> old.sha256().equals(hash) && now.isBefore(old.until()));
    }
}
