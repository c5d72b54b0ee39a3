package dev.parley.eventlog.process;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of series that a service exports. Of Kafka's clients, only the meters that dashboards or alerts use are kept;
 * histograms have the buckets below instead of Micrometer's 70 or so; meters that no document names are dropped.
 */
public final class MeterLimits implements MeterFilter {
    /** The buckets of every histogram. The alert for the first token needs the one of 3 s. */
    private static final double[] BUCKETS_NANOS = Stream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000,
                    120_000, 300_000, 600_000)
            .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
            .toArray();

    private static final Set<String> KAFKA_KEPT = Set.of(
            "kafka.consumer.fetch.manager.records.consumed.total",
            "kafka.consumer.fetch.manager.bytes.consumed.total",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.consumer.coordinator.assigned.partitions",
            "kafka.consumer.coordinator.rebalance.total",
            "kafka.producer.record.send.total",
            "kafka.producer.record.error.total",
            "kafka.producer.record.retry.total",
            "kafka.producer.request.latency.avg",
            "kafka.producer.request.latency.max",
            "kafka.producer.buffer.available.bytes");

    /** Of Spring and Tomcat: by the beginning of their names. */
    private static final List<String> DROPPED =
            List.of("kafka.", "spring.integration.", "spring.cloud.stream.", "tomcat.", "executor.", "disk.");

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        String name = id.getName();
        if (KAFKA_KEPT.contains(name)) {
            return isOldTopicName(id.getTag("topic")) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
        }
        return DROPPED.stream().anyMatch(name::startsWith) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    /** Kafka's clients export each topic a second time with underscores for dots (KIP-1109); no topic of Parley has one. */
    private static boolean isOldTopicName(@Nullable String topic) {
        return topic != null && topic.indexOf('_') >= 0;
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        if (!Boolean.TRUE.equals(config.isPercentileHistogram())) {
            return config;
        }
        return DistributionStatisticConfig.builder()
                .percentilesHistogram(false)
                .serviceLevelObjectives(BUCKETS_NANOS)
                .build()
                .merge(config);
    }
}
