package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.TraceParent;
import dev.parley.gateway.web.answers.Delivery.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * Measures and logs answers as delivered to clients, under the names of OpenTelemetry's GenAI conventions ({@code gen_ai.server.*}:
 * to its clients the gateway is the model's server). The model is not a tag, because clients could create time series with it.
 */
public final class AnswerMeter {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerMeter.class);
    private static final Tags CHAT = Tags.of("gen_ai.operation.name", "chat", "gen_ai.provider.name", "anthropic");

    private final MeterRegistry registry;
    private final Clock clock;
    /** Level of the log line of each answer. */
    private final Level level;

    private final Counter failed;

    public AnswerMeter(MeterRegistry registry, Clock clock, Level level) {
        this.registry = registry;
        this.clock = clock;
        this.level = level;
        // From the start, so that the rate includes the first one.
        this.failed = Counter.builder("parley.gateway.answers.failed")
                .description("Streams that ended with an error event")
                .register(registry);
    }

    void begun(PendingAnswer pending, CacheVerdict cache) {
        record(
                pending,
                "gen_ai.server.time_to_first_token",
                "From a request to the first piece of its answer",
                CHAT.and("cache", cache.text()),
                since(pending));
    }

    /**
     * The response has ended.
     *
     * @param cache the verdict, {@code none} if there was no answer
     */
    void ended(PendingAnswer pending, String cache, int status, Outcome outcome) {
        Duration whole = since(pending);
        record(
                pending,
                "gen_ai.server.request.duration",
                "From a request to the end of its answer",
                CHAT.and(
                        "cache",
                        cache,
                        "http.response.status_code",
                        Integer.toString(status),
                        "outcome",
                        outcome.text()),
                whole);
        if (status == 200 && outcome == Outcome.FAILED) {
            failed.increment();
        }
        try (var _ = MDC.putCloseable("generation", pending.generation().value());
                var _ = MDC.putCloseable(
                        "trace_id", TraceParent.traceId(pending.reader().traceparent()))) {
            LOG.atLevel(level)
                    .log("Answered with {}, {} (cache: {}) in {} ms", status, outcome.text(), cache, whole.toMillis());
        }
    }

    private Duration since(PendingAnswer pending) {
        return Duration.between(pending.receivedAt(), clock.instant());
    }

    private void record(PendingAnswer pending, String name, String description, Tags tags, Duration duration) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(10))
                .register(registry);
        MeasuredTrace.during(
                pending.reader().traceparent(), () -> timer.record(duration.toNanos(), TimeUnit.NANOSECONDS));
    }
}
