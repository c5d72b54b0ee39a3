package dev.parley.simulator.script;

import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which fault a request has. A single fault without {@code times} applies to every request, except to one that
 * continues an answer. With {@code times}, or in a list, faults apply to one request after the other; the requests after
 * them have none. Requests are counted for the 1,000 most recently used keys.
 */
public final class FaultPlan {
    private static final int KEYS_MAX = 1_000;

    private final Map<String, Integer> requestsByKey = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /**
     * The fault for a request.
     *
     * @param question what requests are counted by if the directives have no key
     * @param continues whether a part of the answer was written before
     */
    public Fault next(Directives directives, String question, boolean continues) {
        List<Fault> faults = directives.faults();
        if (faults.isEmpty()) {
            return Fault.NONE;
        }
        if (faults.size() == 1 && directives.number(Directive.TIMES).isEmpty()) {
            return continues && faults.getFirst() != Fault.PREFILL_REFUSED ? Fault.NONE : faults.getFirst();
        }
        int before = count(directives.text(Directive.KEY).orElseGet(() -> directives.hashCode() + question));
        int times = directives.number(Directive.TIMES).orElse(1);
        return before < faults.size() * times ? faults.get(before / times) : Fault.NONE;
    }

    /** Forgets the counts. */
    public synchronized void reset() {
        requestsByKey.clear();
    }

    private synchronized int count(String key) {
        int before = requestsByKey.getOrDefault(key, 0);
        requestsByKey.put(key, before + 1);
        return before;
    }
}
