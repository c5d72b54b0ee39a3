package dev.parley.cache.kafka;

import static dev.parley.contracts.event.StageTimings.millis;

import dev.parley.cache.request.Treatment.Forward;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Counts requests by what became of them, and times the stages of those that the cache served. */
public final class RequestMeter {
    private final MeterRegistry registry;

    public RequestMeter(MeterRegistry registry) {
        this.registry = registry;
    }

    void forwarded(Forward forward) {
        count(forward.verdict(), forward.cause().name().toLowerCase(Locale.ROOT));
    }

    /** A request was served. Inference-service times the stages of the others. */
    void replayed(ChatRequested requested, Instant decidedAt) {
        count(CacheVerdict.EXACT, "found");
        stage("session", Duration.between(requested.receivedAt(), requested.publishedAt()));
        stage("cache", Duration.between(requested.publishedAt(), decidedAt));
    }

    private void count(CacheVerdict verdict, String cause) {
        registry.counter("parley.cache.requests", "verdict", verdict.text(), "cause", cause)
                .increment();
    }

    private void stage(String name, Duration duration) {
        Timer.builder("parley.stage")
                .tag("stage", name)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry)
                .record((long) (Math.max(0, millis(duration)) * 1_000), TimeUnit.MICROSECONDS);
    }
}
