package dev.parley.simulator.script;

import dev.parley.simulator.request.Directives;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Directives for the next requests of any client. Holds at most 1,000 entries. */
public final class FaultQueue {
    private static final int ENTRIES_MAX = 1_000;

    /**
     * Directives and the requests that they are for.
     *
     * @param times the number of requests, at least 1
     * @param match text that the question contains; empty for every question
     */
    public record Entry(Directives directives, int times, String match) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds entries at the end, or none of them if there is not enough room. */
    public synchronized boolean add(List<Entry> more) {
        return entries.size() + more.size() <= ENTRIES_MAX && entries.addAll(more);
    }

    /** Takes the first entry that is for a question; no directives if there is none. */
    public synchronized Directives take(String question) {
        Iterator<Entry> all = entries.iterator();
        for (int position = 0; all.hasNext(); position++) {
            Entry entry = all.next();
            if (question.contains(entry.match())) {
                if (entry.times() > 1) {
                    entries.set(position, new Entry(entry.directives(), entry.times() - 1, entry.match()));
                } else {
                    all.remove();
                }
                return entry.directives();
            }
        }
        return Directives.NONE;
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    public synchronized void clear() {
        entries.clear();
    }
}
