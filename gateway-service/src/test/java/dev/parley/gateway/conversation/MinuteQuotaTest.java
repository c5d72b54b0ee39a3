package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class MinuteQuotaTest {
    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final MinuteQuota<String> quota = new MinuteQuota<>(2, clock);

    @Test
    void boundsTheEventsOfOneInAMinute() {
        assertThat(quota.take("one")).isEmpty();
        assertThat(quota.take("one")).isEmpty();
        assertThat(quota.take("one")).contains(Duration.ofSeconds(50));
        assertThat(quota.take("other")).isEmpty();
        clock.add(Duration.ofSeconds(50));
        assertThat(quota.take("one")).isEmpty();
    }

    @Test
    void boundsAmountsOfWhichARefusedOneDoesNotCount() {
        MinuteQuota<String> bytes = new MinuteQuota<>(100, clock);
        assertThat(bytes.take("one", 60)).isEmpty();
        assertThat(bytes.take("one", 41)).contains(Duration.ofSeconds(50));
        assertThat(bytes.take("one", 40)).isEmpty();
        assertThat(bytes.take("one", 1)).contains(Duration.ofSeconds(50));
    }

    /** Else it could never be taken. */
    @Test
    void permitsAnAmountAboveTheQuotaIfItIsTheFirstOfAMinute() {
        MinuteQuota<String> bytes = new MinuteQuota<>(100, clock);
        assertThat(bytes.take("one", 101)).isEmpty();
        assertThat(bytes.take("one", 101)).contains(Duration.ofSeconds(50));
        clock.add(Duration.ofSeconds(50));
        assertThat(bytes.take("one", 101)).isEmpty();
    }

    /** Of an amount that is known only later, an estimate is taken. */
    @Test
    void replacesAnEstimateByTheAmount() {
        MinuteQuota<String> bytes = new MinuteQuota<>(100, clock);
        MinuteQuota<String>.Amount smaller = bytes.amount("one");
        assertThat(smaller.take(60)).isEmpty();
        assertThat(bytes.take("one", 41)).contains(Duration.ofSeconds(50));
        smaller.settle(10);
        MinuteQuota<String>.Amount larger = bytes.amount("one");
        assertThat(larger.take(30)).isEmpty();
        assertThat(bytes.take("one", 61)).isPresent();
        larger.settle(90);
        assertThat(bytes.take("one", 1)).isPresent();
        larger.settle(0);
        larger.settle(0);
        assertThat(bytes.take("one", 91)).isPresent();
        assertThat(bytes.take("one", 90)).isEmpty();
    }

    @Test
    void doesNotSettleAnAmountThatIsNotTaken() {
        MinuteQuota<String> bytes = new MinuteQuota<>(100, clock);
        assertThat(bytes.take("one", 60)).isEmpty();
        MinuteQuota<String>.Amount refused = bytes.amount("one");
        assertThat(refused.take(41)).isPresent();
        refused.settle(41);
        bytes.amount("one").settle(41);
        assertThat(bytes.take("one", 40)).isEmpty();
    }

    /** Else an answer that ends in the next minute returns what others have taken in it. */
    @Test
    void returnsNothingOfAnEarlierMinute() {
        MinuteQuota<String> bytes = new MinuteQuota<>(100, clock);
        MinuteQuota<String>.Amount smaller = bytes.amount("one");
        assertThat(smaller.take(40)).isEmpty();
        MinuteQuota<String>.Amount larger = bytes.amount("one");
        assertThat(larger.take(40)).isEmpty();

        clock.add(Duration.ofSeconds(50));
        assertThat(bytes.take("one", 70)).isEmpty();
        smaller.settle(10);
        assertThat(bytes.take("one", 31)).isPresent();
        larger.settle(60);
        assertThat(bytes.take("one", 11)).isPresent();
        assertThat(bytes.take("one", 10)).isEmpty();
    }

    /** Else a client that invents names fills the heap. */
    @Test
    void countsABoundedNumberOfNames() {
        for (int i = 0; i <= MinuteQuota.COUNTERS_MAX; i++) {
            assertThat(quota.take("name-" + i)).isEmpty();
        }
        assertThat(quota.counters()).isEqualTo(MinuteQuota.COUNTERS_MAX);
    }
}
