package dev.parley.inference.similar;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.QuestionPartition;
import dev.parley.similar.Share;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Publishes what audits find. At most {@value #PARTITIONS_MAX} partitions have gauges of their own, those that are off before others;
 * the counters are for all partitions. For several threads.
 */
final class AuditMeter {
    private static final int PARTITIONS_MAX = 50;
    private static final int FINGERPRINT_DIGITS = 12;

    private record Known(Share share, boolean permitted, Instant until) {}

    private final class Gauges {
        private final List<Meter> meters;
        private volatile Known known;

        private Gauges(String partition, Known known) {
            this.known = known;
            this.meters = List.of(
                    gauge("parley.similar.audit.wrong.share", partition, Share::value),
                    gauge("parley.similar.audit.wrong.share.low", partition, Share::low),
                    gauge("parley.similar.audit.wrong.share.high", partition, Share::high));
        }

        private Meter gauge(String name, String partition, ToDoubleFunction<Share> bound) {
            return Gauge.builder(
                            name,
                            this,
                            gauges -> gauges.isForgotten() ? Double.NaN : bound.applyAsDouble(gauges.known.share()))
                    .description("The wrong share of similar answers, or a bound of its interval of 95 %")
                    .tag("partition", partition)
                    .register(registry);
        }

        private boolean isForgotten() {
            return !clock.instant().isBefore(known.until());
        }

        private void remove() {
            meters.forEach(registry::remove);
        }
    }

    private final MeterRegistry registry;
    private final Duration memory;
    private final Clock clock;

    /** By the name of the partition, the least recently read first. Guarded by this meter. */
    private final Map<String, Gauges> partitions = new LinkedHashMap<>();

    /** A meter that shows the counts of a partition for {@code memory} after they were read, because they are forgotten by then. */
    AuditMeter(MeterRegistry registry, Duration memory, Clock clock) {
        this.registry = registry;
        this.memory = memory;
        this.clock = clock;
        // From the start, so that an alert sees the first increase.
        counted("right", 0);
        counted("wrong", 0);
        counted("skipped", 0);
    }

    /** The name of a partition in metrics and log lines. */
    static String name(QuestionPartition partition) {
        return partition.tenant().value() + "/" + partition.same().value().substring(0, FINGERPRINT_DIGITS);
    }

    void skipped() {
        counted("skipped", 1);
    }

    void audited(boolean wrong) {
        counted(wrong ? "wrong" : "right", 1);
    }

    /** Publishes the shared counts of a partition as they were read; without audits it has no gauges. */
    synchronized void read(QuestionPartition partition, AuditCounts counts, boolean permitted) {
        String name = name(partition);
        Optional<Gauges> before = Optional.ofNullable(partitions.remove(name));
        if (counts.audited() == 0) {
            before.ifPresent(Gauges::remove);
        } else if (before.isPresent() || hasRoom(permitted)) {
            Known known = new Known(
                    Share.of(counts.wrong(), counts.audited()),
                    permitted,
                    clock.instant().plus(memory));
            Gauges gauges = before.orElseGet(() -> new Gauges(name, known));
            gauges.known = known;
            partitions.put(name, gauges);
        }
    }

    /** Whether one more partition may have gauges. It takes those of one that is forgotten, or not off if it is off itself. */
    private boolean hasRoom(boolean permitted) {
        if (partitions.size() < PARTITIONS_MAX) {
            return true;
        }
        Optional<String> replaced = partitions.entrySet().stream()
                .filter(entry -> entry.getValue().isForgotten()
                        || (!permitted && entry.getValue().known.permitted()))
                .map(Map.Entry::getKey)
                .findFirst();
        replaced.map(partitions::remove).ifPresent(Gauges::remove);
        return replaced.isPresent();
    }

    private void counted(String outcome, int count) {
        Counter.builder("parley.similar.audits")
                .description("Answers to similar questions that were judged afterwards")
                .tag("outcome", outcome)
                .register(registry)
                .increment(count);
    }
}
