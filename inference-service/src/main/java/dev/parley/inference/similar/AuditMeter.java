package dev.parley.inference.similar;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.QuestionPartition;
import dev.parley.similar.Share;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * Publishes what audits find. The first {@value #PARTITIONS_MAX} audited partitions since the start have gauges of their own; the
 * counters are for all partitions.
 */
final class AuditMeter {
    private static final int PARTITIONS_MAX = 50;
    private static final int FINGERPRINT_DIGITS = 12;

    private final MeterRegistry registry;
    private final Map<QuestionPartition, AtomicReference<Share>> shares = new ConcurrentHashMap<>();

    AuditMeter(MeterRegistry registry) {
        this.registry = registry;
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

    void audited(QuestionPartition partition, AuditCounts counts, boolean wrong) {
        counted(wrong ? "wrong" : "right", 1);
        Share share = Share.of(counts.wrong(), counts.audited());
        AtomicReference<Share> published = shares.get(partition);
        if (published != null) {
            published.set(share);
        } else if (shares.size() < PARTITIONS_MAX) {
            publish(partition, share);
        }
    }

    private void publish(QuestionPartition partition, Share share) {
        AtomicReference<Share> published = new AtomicReference<>(share);
        if (shares.putIfAbsent(partition, published) == null) {
            gauge("parley.similar.audit.wrong.share", partition, published, Share::value);
            gauge("parley.similar.audit.wrong.share.low", partition, published, Share::low);
            gauge("parley.similar.audit.wrong.share.high", partition, published, Share::high);
        }
    }

    private void gauge(
            String name, QuestionPartition partition, AtomicReference<Share> share, ToDoubleFunction<Share> bound) {
        Gauge.builder(name, share, known -> bound.applyAsDouble(known.get()))
                .description("The wrong share of similar answers, or a bound of its interval of 95 %")
                .tag("partition", name(partition))
                .register(registry);
    }

    private void counted(String outcome, int count) {
        Counter.builder("parley.similar.audits")
                .description("Answers to similar questions that were judged afterwards")
                .tag("outcome", outcome)
                .register(registry)
                .increment(count);
    }
}
