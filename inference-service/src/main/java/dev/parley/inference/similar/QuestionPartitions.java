package dev.parley.inference.similar;

import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.QuestionStore.Entry;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.VectorIndex;
import dev.parley.similar.VectorIndex.Near;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The vectors of recently used partitions in memory, read from the store. A partition without questions is not kept: each turn of
 * a conversation looks into one of its own. Thread-safe.
 */
final class QuestionPartitions {
    /** What was read of a partition. Guarded by the partitions. */
    static final class Loaded {
        private final VectorIndex<AnsweredQuestion> index;
        private String position = "";

        private Loaded(int questionsMax) {
            // The answer to a question that was evicted, or whose time was over, may be stored anew.
            this.index = new VectorIndex<>(questionsMax, AnsweredQuestion::answer);
        }
    }

    private final QuestionStore store;
    private final SimilarSettings settings;
    /** The least recently used first. Guarded by this, with what was read of them. */
    private final Map<QuestionPartition, Loaded> partitions = new LinkedHashMap<>(16, 0.75f, true);

    /** The partitions of which a thread reads what is new; only that thread reads and writes their positions. Guarded by this. */
    private final Set<QuestionPartition> reading = new HashSet<>();

    private int questions;

    QuestionPartitions(QuestionStore store, SimilarSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** A partition, after its new questions were read. Blocks for the store, unless another thread is reading them. */
    Loaded refreshed(QuestionPartition key) {
        Loaded partition;
        boolean reads;
        synchronized (this) {
            Loaded known = partitions.get(key);
            partition = known == null ? new Loaded(settings.partitionMax()) : known;
            reads = reading.add(key);
        }
        if (reads) {
            readNew(key, partition);
        }
        return partition;
    }

    private void readNew(QuestionPartition key, Loaded partition) {
        try {
            List<Entry> entries = store.after(key, partition.position);
            if (!entries.isEmpty()) {
                add(key, partition, entries);
            }
        } finally {
            synchronized (this) {
                reading.remove(key);
            }
        }
    }

    /** The questions of a partition nearest to a vector, of those that were read. */
    synchronized List<Near<AnsweredQuestion>> nearest(
            Loaded partition, QuestionVector vector, int count, double cosineMin) {
        return partition.index.nearest(vector, count, cosineMin);
    }

    private synchronized void add(QuestionPartition key, Loaded partition, List<Entry> entries) {
        Loaded replaced = partitions.remove(key);
        questions -= replaced == null ? 0 : replaced.index.size();
        for (Entry entry : entries) {
            partition.index.add(entry.question(), new QuestionVector(entry.vector()));
            partition.position = entry.position();
        }
        partitions.put(key, partition);
        questions += partition.index.size();
        dropOldest();
    }

    /** Keeps a question that was of use as long as one that is stored now. */
    synchronized void used(QuestionPartition key, AnsweredQuestion question) {
        Loaded known = partitions.get(key);
        if (known != null) {
            known.index.used(question);
        }
    }

    /** Drops a question that is not stored any more, unless it was stored anew meanwhile. */
    synchronized void remove(QuestionPartition key, AnsweredQuestion question) {
        Loaded known = partitions.get(key);
        if (known != null && known.index.contains(question)) {
            known.index.remove(question);
            questions--;
        }
    }

    /** Never the newest, which is in use. */
    private void dropOldest() {
        Iterator<Loaded> oldest = partitions.values().iterator();
        while (size() > settings.questionsMax() && partitions.size() > 1) {
            questions -= oldest.next().index.size();
            oldest.remove();
        }
    }

    /** The questions in memory. A partition counts as one more, because it takes as much. */
    synchronized int size() {
        return questions + partitions.size();
    }
}
