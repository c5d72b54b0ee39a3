package dev.parley.similar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * The vectors of one partition, in memory, each with what it stands for. At most {@code entriesMax}; those that were added or of
 * use the longest time ago are dropped. Every vector is compared, which takes about a millisecond for 10,000. Owned by its
 * caller, one thread at a time.
 */
public final class VectorIndex<E> {
    private record Stored<E>(E entry, QuestionVector vector, double length) {}

    /** An entry and its cosine with the vector that was looked for. */
    public record Near<E>(E entry, double cosine) {}

    private final int entriesMax;
    private final Function<E, Object> identity;
    private final SequencedMap<Object, Stored<E>> entries = new LinkedHashMap<>();

    /** An index in which an entry takes the place of an equal one. */
    public VectorIndex(int entriesMax) {
        this(entriesMax, entry -> entry);
    }

    /** An index in which an entry takes the place of one with the same identity. */
    public VectorIndex(int entriesMax, Function<E, Object> identity) {
        this.entriesMax = entriesMax;
        this.identity = identity;
    }

    /** Adds an entry as the newest, in place of one with the same identity. */
    public void add(E entry, QuestionVector vector) {
        Object key = identity.apply(entry);
        entries.remove(key);
        entries.put(key, new Stored<>(entry, vector, vector.length()));
        if (entries.size() > entriesMax) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    /** Keeps an entry that was of use as long as one that is added now. */
    public void used(E entry) {
        Object key = identity.apply(entry);
        Stored<E> stored = entries.remove(key);
        if (stored != null) {
            entries.put(key, stored);
        }
    }

    /** Removes an entry, or the one that has taken its place. */
    public void remove(E entry) {
        entries.remove(identity.apply(entry));
    }

    /** Whether the index has an entry, and no other has taken its place. */
    public boolean contains(E entry) {
        Stored<E> stored = entries.get(identity.apply(entry));
        return stored != null && stored.entry.equals(entry);
    }

    public int size() {
        return entries.size();
    }

    /** The entries with the highest cosines of at least {@code cosineMin}, the best first, and the newest of equal ones. */
    public List<Near<E>> nearest(QuestionVector vector, int count, double cosineMin) {
        double length = vector.length();
        List<Near<E>> best = new ArrayList<>();
        for (Stored<E> stored : entries.sequencedValues().reversed()) {
            double cosine = vector.cosine(stored.vector, length, stored.length);
            if (cosine >= cosineMin
                    && (best.size() < count || cosine > best.getLast().cosine())) {
                int place = best.size();
                while (place > 0 && cosine > best.get(place - 1).cosine()) {
                    place--;
                }
                best.add(place, new Near<>(stored.entry, cosine));
                if (best.size() > count) {
                    best.removeLast();
                }
            }
        }
        return best;
    }
}
