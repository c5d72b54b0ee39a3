package dev.parley.simulator.script;

import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which fault a request has. Directives can be queued for the next requests of any client, at most 1,000 entries.
 *
 * <p>A single fault without {@code times} applies to every request, except to one that continues an answer. With
 * {@code times}, or in a list, faults apply to one request after the other; the requests after them have none. Requests
 * are counted for the 1,000 most recently used keys.
 */
public final class Faults {
    private static final int QUEUED_MAX = 1_000;
    private static final int KEYS_MAX = 1_000;

    /**
     * Directives and the requests that they are for.
     *
     * @param times the number of requests, at least 1
     * @param match text that the question contains; empty for every question
     */
    public record Entry(Directives directives, int times, String match) {}

    private final List<Entry> queue = new ArrayList<>();
    private final Map<String, Integer> requestsByKey = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /** Adds entries at the end of the queue, or none of them if there is not enough room. */
    public synchronized boolean add(List<Entry> more) {
        return queue.size() + more.size() <= QUEUED_MAX && queue.addAll(more);
    }

    /** Takes the directives of the first entry that is for a question; none if there is no such entry. */
    public synchronized Directives take(String question) {
        Optional<Entry> first =
                queue.stream().filter(entry -> question.contains(entry.match())).findFirst();
        first.ifPresent(entry -> {
            int position = queue.indexOf(entry);
            if (entry.times() > 1) {
                queue.set(position, new Entry(entry.directives(), entry.times() - 1, entry.match()));
            } else {
                queue.remove(position);
            }
        });
        return first.map(Entry::directives).orElse(Directives.NONE);
    }

    /** Empties the queue and forgets the counts. */
    public synchronized void clear() {
        queue.clear();
        requestsByKey.clear();
    }

    /**
     * The fault for a request.
     *
     * @param question what requests are counted by, with the directives
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
        int before = count(directives.hashCode() + question);
        int times = directives.number(Directive.TIMES).orElse(1);
        return before < faults.size() * times ? faults.get(before / times) : Fault.NONE;
    }

    private synchronized int count(String key) {
        return requestsByKey.merge(key, 1, Integer::sum) - 1;
    }
}
