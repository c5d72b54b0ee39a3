package dev.parley.similar;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The embeddings of the stored questions that were compared last: a popular one is near again soon, and computing its vectors takes
 * as long as those of the new question. Thread-safe.
 */
final class RecentEmbeddings {
    /** Of all texts together; the vector of a piece has 1.5 KB, so these are 6 MB. */
    static final int PIECES_MAX = 4_096;

    /** By the normalised text, the least recently used first. Guarded by this. */
    private final Map<String, Embedding> embeddings = new LinkedHashMap<>(16, 0.75f, true);

    private int pieces;

    /** The embedding of a text, computed without a lock if it is not known. */
    Embedding get(String text, Supplier<Embedding> computed) {
        Embedding known = known(text);
        return known == null ? added(text, computed.get()) : known;
    }

    private synchronized @Nullable Embedding known(String text) {
        return embeddings.get(text);
    }

    private synchronized Embedding added(String text, Embedding embedding) {
        Embedding replaced = embeddings.put(text, embedding);
        pieces += count(embedding) - (replaced == null ? 0 : count(replaced));
        Iterator<Embedding> oldest = embeddings.values().iterator();
        while (pieces > PIECES_MAX) {
            pieces -= count(oldest.next());
            oldest.remove();
        }
        return embedding;
    }

    /** The pieces that have vectors. */
    private static int count(Embedding embedding) {
        return embedding.tokens().length;
    }
}
