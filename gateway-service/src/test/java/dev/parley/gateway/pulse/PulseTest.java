package dev.parley.gateway.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PulseTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Pulse pulse = new Pulse(
            () -> new Watch(
                    new PulseSettings(
                            2,
                            Duration.ofMinutes(5),
                            10,
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(1),
                            8,
                            List.of(),
                            Map.of()),
                    Clock.systemUTC()),
            _ -> {
                begun.incrementAndGet();
                return ended::incrementAndGet;
            },
            2,
            Schedulers.boundedElastic());

    @Test
    void readsOnceForAllAndOnlyWhileSomebodyWatches() {
        assertThat(begun).hasValue(0);
        Disposable first = pulse.watch().subscribe();
        await().atMost(SOON).until(() -> begun.get() == 1);
        StepVerifier.create(pulse.watch().take(2))
                .expectNextCount(2)
                .expectComplete()
                .verify(SOON);
        assertThat(begun).hasValue(1);
        assertThat(ended).hasValue(0);
        first.dispose();
        await().atMost(SOON).until(() -> ended.get() == 1);
    }

    @Test
    void letsNoMoreWatchThanMay() {
        Disposable first = pulse.watch().subscribe();
        Disposable second = pulse.watch().subscribe();
        assertThat(pulse.isFull()).isTrue();
        StepVerifier.create(pulse.watch()).expectComplete().verify(SOON);
        first.dispose();
        await().atMost(SOON).until(() -> !pulse.isFull());
        second.dispose();
    }

    @Test
    void keepsNobodyWhenTheGatewayStops() {
        StepVerifier.create(pulse.watch())
                .expectNextCount(1)
                .then(pulse::close)
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(SOON);
        StepVerifier.create(pulse.watch()).expectComplete().verify(SOON);
    }
}
