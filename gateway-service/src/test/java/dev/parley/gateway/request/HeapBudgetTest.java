package dev.parley.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
    private final SetClock clock = new SetClock();
    private final HeapBudget budget = new HeapBudget(100, clock);

    @Test
    void leavesAFifthWhenOneKeyTakesAllThatItMay() {
        assertThat(budget.share().take("greedy", 50)).isTrue();
        assertThat(budget.share().take("greedy", 30)).isTrue();
        assertThat(budget.share().take("greedy", 1)).isFalse();
        assertThat(budget.share().take("other", 20)).isTrue();
    }

    @Test
    void givesAKeyNoMoreThanAFifthWhileAnotherHasSomething() {
        HeapBudget.Share others = budget.share();
        assertThat(others.take("other", 1)).isTrue();
        assertThat(budget.share().take("greedy", 20)).isTrue();
        assertThat(budget.share().take("greedy", 1)).isFalse();
        others.release();
        assertThat(budget.share().take("greedy", 1)).isTrue();
    }

    @Test
    void givesAKeyNoMoreThanAFifthForAWhileAfterAnotherWasRefused() {
        HeapBudget.Share first = budget.share();
        assertThat(first.take("greedy", 80)).isTrue();
        assertThat(budget.share().take("other", 40)).isFalse();
        first.release();
        assertThat(budget.share().take("greedy", 10)).isTrue();
        assertThat(budget.share().take("greedy", 20)).isFalse();
        assertThat(budget.share().take("other", 40)).isTrue();
    }

    @Test
    void forgetsThatAnotherWasRefused() {
        HeapBudget.Share first = budget.share();
        assertThat(first.take("greedy", 80)).isTrue();
        assertThat(budget.share().take("other", 40)).isFalse();
        clock.pass(Duration.ofSeconds(3));
        first.release();
        assertThat(budget.share().take("greedy", 40)).isTrue();
        assertThat(budget.share().take("greedy", 40)).isTrue();
    }

    @Test
    void givesAKeyThatHasNothingWhatItsRequestTakes() {
        assertThat(budget.share().take("other", 20)).isTrue();
        assertThat(budget.share().take("large", 80)).isTrue();
        assertThat(budget.held()).isEqualTo(100);
    }

    @Test
    void givesARequestMoreAsItGrows() {
        assertThat(budget.share().take("other", 1)).isTrue();
        HeapBudget.Share growing = budget.share();
        assertThat(growing.take("key", 30)).isTrue();
        assertThat(growing.take("key", 50)).isTrue();
        assertThat(growing.take("key", 1)).isFalse();
    }

    @Test
    void givesNothingForARequestThatHasGone() {
        HeapBudget.Share gone = budget.share();
        assertThat(gone.take("key", 10)).isTrue();
        gone.release();
        gone.release();
        assertThat(budget.held()).isZero();
        assertThat(gone.take("key", 10)).isFalse();
        assertThat(budget.held()).isZero();
    }

    @Property(tries = 300)
    void holdsNeverMoreThanItHas(@ForAll @Size(max = 60) List<@IntRange(min = 0, max = 400) Integer> steps) {
        HeapBudget any = new HeapBudget(100, clock);
        Map<Integer, List<HeapBudget.Share>> taken = new HashMap<>();
        for (int step : steps) {
            int key = step % 3;
            List<HeapBudget.Share> mine = taken.computeIfAbsent(key, _ -> new ArrayList<>());
            if (step % 4 == 0 && !mine.isEmpty()) {
                mine.removeFirst().release();
            } else {
                HeapBudget.Share share = any.share();
                if (share.take(key, step / 4)) {
                    mine.add(share);
                }
            }
            assertThat(any.held()).isBetween(0L, 100L);
        }
        taken.values().forEach(shares -> shares.forEach(HeapBudget.Share::release));
        assertThat(any.held()).isZero();
        clock.pass(Duration.ofSeconds(3));
        assertThat(any.share().take("anybody", 80)).isTrue();
    }

    /** Stands still but when it is told. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.EPOCH;

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
