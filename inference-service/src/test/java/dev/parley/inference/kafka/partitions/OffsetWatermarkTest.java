package dev.parley.inference.kafka.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OffsetWatermarkTest {
    @Test
    void startsAtTheCommittedOffset() {
        assertThat(new OffsetWatermark(17).committable()).isEqualTo(17);
    }

    @Property(tries = 300)
    void neverPassesTheOldestUnfinishedOffset(@ForAll @IntRange(min = 1, max = 60) int offsets, @ForAll long seed) {
        OffsetWatermark watermark = new OffsetWatermark(0);
        TreeSet<Long> unfinished = new TreeSet<>();
        List<Long> order = new ArrayList<>();
        for (long offset = 0; offset < offsets; offset++) {
            watermark.begin(offset);
            unfinished.add(offset);
            order.add(offset);
        }
        Collections.shuffle(order, new Random(seed));
        for (long offset : order) {
            assertThat(watermark.committable()).isEqualTo(unfinished.first());
            watermark.finish(offset);
            unfinished.remove(offset);
        }
        assertThat(watermark.committable()).isEqualTo(offsets);
        assertThat(watermark.unfinished()).isZero();
    }
}
