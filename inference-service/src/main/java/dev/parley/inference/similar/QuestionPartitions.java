package dev.parley.inference.similar;

import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.QuestionStore.Entry;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.VectorIndex;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The vectors of recently used partitions in memory, read from the store. A partition without questions is not kept: each turn of
 * a conversation looks into one of its own. Owned by one thread.
 */
final class QuestionPartitions {
    private static final class Loaded {
        private final VectorIndex<AnsweredQuestion> index;
        private String position = "";

        private Loaded(int questionsMax) {
            // The answer to a question that was evicted, or whose time was over, may be stored anew.
            this.index = new VectorIndex<>(questionsMax, AnsweredQuestion::answer);
        }
    }

    private final QuestionStore store;
    private final SimilarSettings settings;
    /** The least recently used first. */
    private final Map<QuestionPartition, Loaded> partitions = new LinkedHashMap<>(16, 0.75f, true);

    private int questions;

    QuestionPartitions(QuestionStore store, SimilarSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** The vectors of a partition, with all that the store has at the moment. */
    VectorIndex<AnsweredQuestion> upToDate(QuestionPartition key) {
        Loaded known = partitions.get(key);
        Loaded partition = known == null ? new Loaded(settings.partitionMax()) : known;
        List<Entry> entries = store.after(key, partition.position);
        if (!entries.isEmpty()) {
            int before = partition.index.size();
            for (Entry entry : entries) {
                partition.index.add(entry.question(), new QuestionVector(entry.vector()));
                partition.position = entry.position();
            }
            partitions.put(key, partition);
            questions += partition.index.size() - before;
            dropOldest();
        }
        return partition.index;
    }

    /** Keeps a question that was of use as long as one that is stored now. */
    void used(QuestionPartition key, AnsweredQuestion question) {
        Loaded known = partitions.get(key);
        if (known != null) {
            known.index.used(question);
        }
    }

    /** Drops a question that is not stored any more. */
    void remove(QuestionPartition key, AnsweredQuestion question) {
        Loaded known = partitions.get(key);
        if (known != null) {
            int before = known.index.size();
            known.index.remove(question);
            questions += known.index.size() - before;
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
    int size() {
        return questions + partitions.size();
    }
}
