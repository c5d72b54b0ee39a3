package dev.parley.experiment.mirror;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The mirrors of keys, by the state of each key. Written by one thread, read by any. */
public final class MirroredKeys {
    private final Map<KeyId, KeyEvent> states = new ConcurrentHashMap<>();
    private final Map<KeyId, Mirror> suspended = new ConcurrentHashMap<>();

    /** Applies the next event of the log, if it counts. */
    public void apply(KeyEvent event) {
        states.merge(event.key(), event, (before, next) -> next.replaces(before) ? next : before);
    }

    private static Optional<Mirror> mirror(KeyEvent state) {
        return switch (state) {
            case KeyRevoked _ -> Optional.empty();
            case KeyIssued issued -> issued.mirror();
        };
    }

    /** The mirror of a key, unless it is suspended. */
    public Optional<Mirror> of(KeyId key) {
        return Optional.ofNullable(states.get(key))
                .flatMap(MirroredKeys::mirror)
                .filter(mirror -> !mirror.equals(suspended.get(key)));
    }

    /** Suspends the mirror of a key until the operator changes it. */
    public void suspend(KeyId key, Mirror mirror) {
        suspended.put(key, mirror);
    }

    /** The mirrors of all keys, suspended ones left out. */
    public Map<KeyId, Mirror> active() {
        Map<KeyId, Mirror> active = new HashMap<>();
        states.keySet().forEach(key -> of(key).ifPresent(mirror -> active.put(key, mirror)));
        return active;
    }

    /** The number of keys that are mirrored. */
    public int count() {
        return (int) states.values().stream()
                .filter(state -> mirror(state).isPresent())
                .count();
    }
}
