package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalRateTest {
    private static final Duration WINDOW = Duration.ofMillis(100);

    private final AtomicLong now = new AtomicLong(-WINDOW.toNanos() / 2);
    private final ArrivalRate rate = new ArrivalRate(WINDOW, 10, 3, now::get);

    @Test
    void isIdleAtTheStart() {
        assertThat(IntStream.range(0, 50).anyMatch(_ -> rate.count())).isFalse();
    }

    @Test
    void isBusyAfterAWindowWithEnoughArrivals() {
        count(10);
        nextWindow();
        assertThat(rate.count()).isTrue();
    }

    @Test
    void isIdleAfterAWindowWithTooFewArrivals() {
        count(9);
        nextWindow();
        assertThat(rate.count()).isFalse();
    }

    @Test
    void staysBusyUntilItIsCalm() {
        count(10);
        nextWindow();
        count(3);
        nextWindow();
        count(2);
        assertThat(rate.count()).isTrue();
        nextWindow();
        count(2);
        assertThat(rate.count()).isTrue();
        nextWindow();
        count(1);
        nextWindow();
        assertThat(rate.count()).isFalse();
    }

    @Test
    void isIdleAfterAPause() {
        count(10);
        nextWindow();
        nextWindow();
        assertThat(rate.count()).isFalse();
    }

    @Test
    void isHighFromATenthOfTheNumberInASecond() {
        assertThat(ArrivalRate.inWindow(100)).isEqualTo(10);
        assertThat(ArrivalRate.inWindow(0)).isEqualTo(1);
        assertThat(ArrivalRate.inWindow(5L * Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE / 2);
    }

    private void count(int times) {
        for (int i = 0; i < times; i++) {
            var _ = rate.count();
        }
    }

    private void nextWindow() {
        now.addAndGet(WINDOW.toNanos());
    }
}
