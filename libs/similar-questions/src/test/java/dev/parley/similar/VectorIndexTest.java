package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.similar.VectorIndex.Near;
import org.junit.jupiter.api.Test;

class VectorIndexTest {
    private final VectorIndex<String> index = new VectorIndex<>(3);

    @Test
    void findsTheNearestFirst() {
        index.add("far", vector(-100, 10));
        index.add("near", vector(90, 30));
        index.add("same", vector(50, 0));
        assertThat(index.nearest(vector(127, 0), 2, 0.5))
                .extracting(Near::entry)
                .containsExactly("same", "near");
        assertThat(index.nearest(vector(127, 0), 1, 0.5))
                .extracting(Near::entry)
                .containsExactly("same");
        assertThat(index.nearest(vector(127, 0), 2, 0.99))
                .extracting(Near::entry)
                .containsExactly("same");
    }

    @Test
    void prefersTheNewestOfTheEquallyNear() {
        index.add("a", vector(1, 1));
        index.add("b", vector(1, 1));
        index.add("near", vector(1, 2));
        assertThat(index.nearest(vector(1, 2), 2, 0)).extracting(Near::entry).containsExactly("near", "b");
        assertThat(index.nearest(vector(1, 1), 3, 0)).extracting(Near::entry).containsExactly("b", "a", "near");
        index.used("a");
        assertThat(index.nearest(vector(1, 1), 1, 0)).extracting(Near::entry).containsExactly("a");
    }

    @Test
    void dropsTheOldest() {
        for (String entry : new String[] {"a", "b", "a", "c", "d"}) {
            index.add(entry, vector(1, 1));
        }
        assertThat(index.nearest(vector(1, 1), 9, 0)).extracting(Near::entry).containsExactlyInAnyOrder("a", "c", "d");
    }

    @Test
    void replacesTheEntryWithTheSameIdentity() {
        VectorIndex<String> byInitial = new VectorIndex<>(3, entry -> entry.charAt(0));
        byInitial.add("a1", vector(1, 1));
        byInitial.add("b1", vector(1, 1));
        byInitial.add("a2", vector(1, 1));
        assertThat(byInitial.nearest(vector(1, 1), 9, 0))
                .extracting(Near::entry)
                .containsExactlyInAnyOrder("a2", "b1");
    }

    @Test
    void keepsWhatIsOfUse() {
        for (String entry : new String[] {"a", "b", "c"}) {
            index.add(entry, vector(1, 1));
        }
        index.used("a");
        index.used("unknown");
        index.add("d", vector(1, 1));
        assertThat(index.nearest(vector(1, 1), 9, 0)).extracting(Near::entry).containsExactlyInAnyOrder("a", "c", "d");
    }

    @Test
    void removesAnEntry() {
        index.add("a", vector(1, 1));
        index.add("b", vector(1, 1));
        index.remove("a");
        index.remove("unknown");
        assertThat(index.nearest(vector(1, 1), 9, 0)).extracting(Near::entry).containsExactly("b");
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    void boundsAHundredThousandEntries() {
        VectorIndex<Integer> large = new VectorIndex<>(10_000);
        for (int i = 0; i < 100_000; i++) {
            large.add(i, vector(i % 127, 1));
            large.used(7);
        }
        assertThat(large.size()).isEqualTo(10_000);
        assertThat(large.nearest(vector(7, 1), 10_000, 0))
                .extracting(Near::entry)
                .contains(7, 99_999);
    }

    @Test
    void findsNothingForAVectorWithoutDirection() {
        index.add("a", vector(0, 0));
        index.add("b", vector(1, 1));
        assertThat(index.nearest(vector(0, 0), 9, 0.1)).isEmpty();
        assertThat(index.size()).isEqualTo(2);
    }

    private static QuestionVector vector(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new QuestionVector(bytes);
    }
}
