package dev.parley.simulator.fault;

import dev.parley.simulator.directive.Directives;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Directives for the next requests, whoever sends them. Holds 1,000 entries. */
public final class FaultQueue {
    private static final int ENTRIES_MAX = 1_000;

    /**
     * Directives and whom they are for.
     *
     * @param times for how many requests more, at least 1
     * @param match text that the question contains; empty for every question
     */
    public record Entry(Directives directives, int times, String match) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Puts entries at the end, or none of them if there is no room for all. */
    public synchronized boolean add(List<Entry> more) {
        return entries.size() + more.size() <= ENTRIES_MAX && entries.addAll(more);
    }

    /** Takes the first entry that is for a question; without directives if there is none. */
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

    public synchronized List<Entry> waiting() {
        return List.copyOf(entries);
    }

    public synchronized void clear() {
        entries.clear();
    }
}
