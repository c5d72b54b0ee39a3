package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.similar.WordPieces.Pieces;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentEmbeddingsTest {
    private static final int HALF = RecentEmbeddings.PIECES_MAX / 2;

    private final RecentEmbeddings recent = new RecentEmbeddings();
    private final AtomicInteger computed = new AtomicInteger();

    @Test
    void computesATextOnce() {
        Embedding first = get("a", 3);
        assertThat(get("a", 3)).isSameAs(first);
        assertThat(computed).hasValue(1);
    }

    @Test
    void dropsTheLeastRecentlyUsedBeyondTheBound() {
        get("a", HALF);
        get("b", HALF - 1);
        get("a", HALF);
        get("c", 2);
        assertThat(computed).hasValue(3);
        get("a", HALF);
        get("c", 2);
        assertThat(computed).as("are known").hasValue(3);
        get("b", HALF - 1);
        assertThat(computed).as("was dropped").hasValue(4);
    }

    /** Two threads may compute a text at the same time. */
    @Test
    void countsATextOnce() {
        recent.get("a", () -> get("a", HALF));
        get("b", HALF);
        get("a", HALF);
        get("b", HALF);
        assertThat(computed).hasValue(2);
    }

    private Embedding get(String text, int pieces) {
        return recent.get(text, () -> {
            computed.incrementAndGet();
            return new Embedding(new Pieces(List.of(), new int[0], new int[0]), new float[0], new float[pieces][]);
        });
    }
}
