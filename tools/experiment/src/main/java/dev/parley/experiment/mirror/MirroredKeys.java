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
    private final Map<KeyId, KeyEvent> states = new HashMap<>();
    private final Map<KeyId, Mirror> mirrors = new ConcurrentHashMap<>();
    private final Map<KeyId, Mirror> suspended = new ConcurrentHashMap<>();

    /** Applies the next event of the log, if it counts. */
    public void apply(KeyEvent event) {
        KeyEvent state = states.merge(event.key(), event, (before, next) -> next.replaces(before) ? next : before);
        Optional<Mirror> mirror = switch (state) {
            case KeyRevoked _ -> Optional.empty();
            case KeyIssued issued -> issued.mirror();
        };
        if (mirror.isPresent()) {
            mirrors.put(event.key(), mirror.get());
        } else {
            mirrors.remove(event.key());
        }
    }

    /** The mirror of a key, unless it is suspended. */
    public Optional<Mirror> of(KeyId key) {
        return Optional.ofNullable(mirrors.get(key)).filter(mirror -> !mirror.equals(suspended.get(key)));
    }

    /** Suspends the mirror of a key until the operator changes it. */
    public void suspend(KeyId key, Mirror mirror) {
        suspended.put(key, mirror);
    }

    /** The mirrors of all keys, suspended ones left out. */
    public Map<KeyId, Mirror> active() {
        Map<KeyId, Mirror> active = new HashMap<>(mirrors);
        active.keySet().removeIf(key -> of(key).isEmpty());
        return active;
    }

    /** The number of keys that are mirrored. */
    public int count() {
        return mirrors.size();
    }
}
