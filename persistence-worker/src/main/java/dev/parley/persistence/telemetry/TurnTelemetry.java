package dev.parley.persistence.telemetry;

import dev.parley.contracts.event.TraceParent;
import dev.parley.contracts.id.GenerationId;
import dev.parley.persistence.turn.PreparedTurn;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Reports each stored turn: a log line, a span in the turn's trace, and the time since its end. An older turn than {@link
 * #PRESENT} is read again, as when the table is rebuilt: it has its log line only.
 */
public final class TurnTelemetry {
    private static final Logger LOG = LoggerFactory.getLogger(TurnTelemetry.class);

    /** The age up to which a turn is measured and traced. */
    private static final Duration PRESENT = Duration.ofHours(1);

    private final Clock clock;
    private final TurnSpans spans;
    private final Timer lag;
    private final Counter stored;
    private final Counter known;
    private final Counter changed;
    private final Counter dead;

    public TurnTelemetry(Clock clock, TurnSpans spans, MeterRegistry registry) {
        this.clock = clock;
        this.spans = spans;
        this.lag = Timer.builder("parley.persistence.lag")
                .description("From the end of an answer until its turn is stored")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(10))
                .register(registry);
        this.stored = counter(registry, "stored");
        this.known = counter(registry, "known");
        this.changed = counter(registry, "changed");
        this.dead = counter(registry, "dead");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("parley.persistence.turns")
                .description(
                        "Records read: turns stored or known before (also expired and deleted ones), changed conversations, dead letters")
                .tag("outcome", outcome)
                .register(registry);
    }

    public Instant begin() {
        return clock.instant();
    }

    /** Reports a batch, of which the turns of the generations {@code added} were not stored before. */
    public void stored(Instant begun, Collection<PreparedTurn> turns, Set<GenerationId> added) {
        Instant now = clock.instant();
        Set<GenerationId> open = new HashSet<>(added);
        for (PreparedTurn turn : turns) {
            if (open.remove(turn.generation())) {
                note(turn, begun, now);
            } else {
                known.increment();
            }
        }
    }

    private void note(PreparedTurn turn, Instant begun, Instant now) {
        Duration took = Duration.between(turn.endedAt(), now);
        stored.increment();
        if (took.compareTo(PRESENT) <= 0) {
            lag.record(took.isNegative() ? Duration.ZERO : took);
            spans.stored(turn, begun, now);
        }
        try (var _ = MDC.putCloseable("generation", turn.generation().value());
                var _ = MDC.putCloseable("trace_id", TraceParent.traceId(turn.traceparent()))) {
            LOG.info("Stored the turn {} ms after its end", took.toMillis());
        }
    }

    /** Reports that a conversation was renamed or deleted, without its title. */
    public void changed(String type, String traceparent) {
        changed.increment();
        try (var _ = MDC.putCloseable("trace_id", TraceParent.traceId(traceparent))) {
            LOG.info("Applied {}", type);
        }
    }

    public void dead() {
        dead.increment();
    }
}
