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

    /** Else a client that invents names fills the heap. */
    @Test
    void countsABoundedNumberOfNames() {
        for (int i = 0; i <= MinuteQuota.COUNTERS_MAX; i++) {
            assertThat(quota.take("name-" + i)).isEmpty();
        }
        assertThat(quota.counters()).isEqualTo(MinuteQuota.COUNTERS_MAX);
    }
}
