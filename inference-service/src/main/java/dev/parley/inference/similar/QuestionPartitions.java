package dev.parley.inference.similar;

import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.QuestionStore.Entry;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.VectorIndex;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The vectors of recently used partitions in memory, read from the store. Owned by one thread. */
final class QuestionPartitions {
    private static final class Loaded {
        private final VectorIndex<KeptQuestion> index;
        private String position = "";

        private Loaded(int questionsMax) {
            // The answer to a question that was evicted, or whose time was over, may be stored anew.
            this.index = new VectorIndex<>(questionsMax, KeptQuestion::answer);
        }
    }

    private final QuestionStore store;
    private final SimilarSettings settings;
    /** The least recently used first. */
    private final Map<QuestionPartition, Loaded> partitions = new LinkedHashMap<>(16, 0.75f, true);

    QuestionPartitions(QuestionStore store, SimilarSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** The vectors of a partition, with all that the store has at the moment. */
    VectorIndex<KeptQuestion> upToDate(QuestionPartition key) {
        Loaded partition = partitions.computeIfAbsent(key, _ -> new Loaded(settings.partitionMax()));
        List<Entry> entries = store.after(key, partition.position);
        for (Entry entry : entries) {
            partition.index.add(entry.question(), new QuestionVector(entry.vector()));
            partition.position = entry.position();
        }
        if (!entries.isEmpty()) {
            dropOldest(key);
        }
        return partition.index;
    }

    private void dropOldest(QuestionPartition except) {
        int questions = size();
        Iterator<Map.Entry<QuestionPartition, Loaded>> oldest =
                partitions.entrySet().iterator();
        while (questions > settings.questionsMax() && oldest.hasNext()) {
            Map.Entry<QuestionPartition, Loaded> partition = oldest.next();
            if (!partition.getKey().equals(except)) {
                questions -= partition.getValue().index.size();
                oldest.remove();
            }
        }
    }

    /** The questions in memory. */
    int size() {
        return partitions.values().stream()
                .mapToInt(partition -> partition.index.size())
                .sum();
    }
}
