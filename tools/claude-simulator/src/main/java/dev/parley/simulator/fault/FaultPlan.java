package dev.parley.simulator.fault;

import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what goes wrong for the request at hand. A single fault without {@code times} befalls every request but those
 * that go on with a begun answer. With {@code times}, or as a list, faults befall one request after the other, and when
 * they are used up nothing more goes wrong. Remembers the 1,000 most recently used keys.
 */
public final class FaultPlan {
    private static final int KEYS_MAX = 1_000;

    private final Map<String, Integer> requestsByKey = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /** The message for a fault that does not exist, if one is asked for. */
    public static Optional<String> misspelt(Directives directives) {
        return names(directives).stream()
                .filter(name -> Fault.named(name).isEmpty())
                .findFirst()
                .map(name -> "simulator directive: there is no fault \"" + name + "\", only " + Fault.names());
    }

    /**
     * The fault for a request.
     *
     * @param directives with the names of faults that exist
     * @param question what requests are counted by if the directives have no key
     * @param goesOn whether the answer was begun before
     */
    public Fault next(Directives directives, String question, boolean goesOn) {
        List<Fault> faults = faults(directives);
        if (faults.isEmpty()) {
            return new Fault.None();
        }
        if (faults.size() == 1 && directives.number(Key.TIMES).isEmpty()) {
            return goesOn && faults.getFirst() != Refusal.PREFILL_REFUSED ? new Fault.None() : faults.getFirst();
        }
        int before = count(directives.text(Key.KEY).orElseGet(() -> directives.hashCode() + question));
        int times = directives.number(Key.TIMES).orElse(1);
        return before < faults.size() * times ? faults.get(before / times) : new Fault.None();
    }

    /** Forgets what was counted. */
    public synchronized void reset() {
        requestsByKey.clear();
    }

    private synchronized int count(String key) {
        int before = requestsByKey.getOrDefault(key, 0);
        requestsByKey.put(key, before + 1);
        return before;
    }

    private static List<Fault> faults(Directives directives) {
        List<Fault> faults = new ArrayList<>();
        names(directives).forEach(name -> Fault.named(name).ifPresent(faults::add));
        return Collections.unmodifiableList(faults);
    }

    private static List<String> names(Directives directives) {
        return directives
                .text(Key.FAULT)
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
    }
}
