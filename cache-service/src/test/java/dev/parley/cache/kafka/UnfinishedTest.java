package dev.parley.cache.kafka;

import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.requested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cache.kafka.Unfinished.Request;
import dev.parley.cache.kafka.Unfinished.TooManyUnfinishedException;
import dev.parley.contracts.event.CachePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UnfinishedTest {
    private static final Duration BRIEF = Duration.ofMillis(20);
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", Records.PARTITION);

    private final Unfinished unfinished = new Unfinished(3, BRIEF);
    private final List<Long> acknowledged = Collections.synchronizedList(new ArrayList<>());

    @Test
    void acknowledgesOnlyWhatAllEarlierOnesAllow() throws InterruptedException {
        Request first = begin(unfinished, 0);
        Request second = begin(unfinished, 1);
        Request third = begin(unfinished, 2);
        second.finish();
        unfinished.acknowledge();
        assertThat(acknowledged).isEmpty();
        first.finish();
        assertThat(acknowledged).isEmpty();
        unfinished.acknowledge();
        assertThat(acknowledged).containsExactly(1L);
        third.finish();
        unfinished.acknowledge();
        unfinished.acknowledge();
        assertThat(acknowledged).containsExactly(1L, 2L);
        assertThat(unfinished.count()).isZero();
    }

    @Property(tries = 200)
    void neverAcknowledgesBeyondTheOldestUnfinished(@ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed)
            throws InterruptedException {
        acknowledged.clear();
        Unfinished many = new Unfinished(count, BRIEF);
        List<Request> open = new ArrayList<>();
        for (int offset = 0; offset < count; offset++) {
            open.add(begin(many, offset));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        boolean[] done = new boolean[count];
        for (int offset : order) {
            done[offset] = true;
            open.get(offset).finish();
            many.acknowledge();
            int oldestUnfinished = 0;
            while (oldestUnfinished < count && done[oldestUnfinished]) {
                oldestUnfinished++;
            }
            long committable = acknowledged.isEmpty() ? 0 : acknowledged.getLast() + 1;
            assertThat(committable).isEqualTo(oldestUnfinished);
        }
        assertThat(acknowledged).isSorted();
    }

    @Test
    void hasRoomForSoMany() throws InterruptedException {
        Request first = begin(unfinished, 0);
        begin(unfinished, 1);
        begin(unfinished, 2);
        assertThatThrownBy(() -> begin(unfinished, 3)).isInstanceOf(TooManyUnfinishedException.class);
        first.finish();
        begin(unfinished, 3);
        assertThat(unfinished.count()).isEqualTo(3);
    }

    @Test
    void beginsAgainWhatWasTakenBack() throws InterruptedException {
        Request first = begin(unfinished, 0);
        begin(unfinished, 1).takeBack();
        Request again = begin(unfinished, 1);
        first.finish();
        again.finish();
        unfinished.acknowledge();
        assertThat(acknowledged).containsExactly(1L);
        assertThat(unfinished.awaitFinished(List.of(PARTITION), Duration.ZERO)).isTrue();
    }

    @Test
    void acknowledgesNothingOfAPartitionThatIsGone() throws InterruptedException {
        Request first = begin(unfinished, 0);
        Request second = begin(unfinished, 1);
        unfinished.forget(List.of(PARTITION));
        Request anew = begin(unfinished, 0);
        first.finish();
        second.finish();
        unfinished.acknowledge();
        assertThat(acknowledged).isEmpty();
        anew.finish();
        unfinished.acknowledge();
        assertThat(acknowledged).containsExactly(0L);
        begin(unfinished, 1);
        begin(unfinished, 2);
        begin(unfinished, 3);
    }

    @Test
    void waitsUntilAllAreFinished() throws InterruptedException {
        Request first = begin(unfinished, 0);
        assertThat(unfinished.awaitFinished(List.of(PARTITION), BRIEF)).isFalse();
        CompletableFuture<Void> finishing = CompletableFuture.runAsync(first::finish);
        assertThat(unfinished.awaitFinished(List.of(PARTITION), Duration.ofSeconds(5)))
                .isTrue();
        finishing.join();
    }

    private Request begin(Unfinished in, long offset) throws InterruptedException {
        var requested = requested(fingerprint(), CachePolicy.USE);
        var event = Records.received(dev.parley.contracts.event.RequestCodec.encode(requested), offset);
        return in.begin(new Delivery(event, () -> acknowledged.add(offset), Records.consumer()));
    }
}
