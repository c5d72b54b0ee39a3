package dev.parley.eventlog.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeterLimitsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void limit() {
        registry.config().meterFilter(new MeterLimits());
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.consumer.fetch.manager.records.lag.max, chat.turns, true",
        "kafka.consumer.fetch.manager.records.lag.max, chat_turns, false",
        "kafka.consumer.fetch.manager.fetch.size.avg, chat.turns, false",
        "spring.kafka.listener, chat.turns, true",
        "parley.group.lag, chat.turns, true"
    })
    void keepsWhatIsUsedOnce(String name, String topic, boolean kept) {
        Gauge.builder(name, () -> 1).tag("topic", topic).register(registry);
        assertThat(registry.getMeters()).hasSize(kept ? 1 : 0);
    }

    @Test
    void boundsTheBucketsOfAHistogram() {
        Timer timer = Timer.builder("parley.stage").publishPercentileHistogram().register(registry);
        timer.record(2_900, TimeUnit.MILLISECONDS);
        CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
        assertThat(buckets).hasSize(20);
        assertThat(Arrays.stream(buckets)
                        .filter(bucket -> bucket.count() > 0)
                        .mapToDouble(bucket -> bucket.bucket(TimeUnit.SECONDS))
                        .min())
                .hasValue(3);
    }

    @Test
    void addsNoHistogramToOtherTimers() {
        Timer timer = Timer.builder("parley.persistence.write").register(registry);
        assertThat(timer.takeSnapshot().histogramCounts()).isEmpty();
    }

    @Test
    void namesTheVersion() {
        new BuildVersion("gateway-service", MeterLimitsTest.class).bindTo(registry);
        Meter.Id id = registry.get("parley.build.info").gauge().getId();
        assertThat(id.getTag("service")).isEqualTo("gateway-service");
        assertThat(id.getTag("version")).isEqualTo("unknown");
        assertThat(id.getTag("java")).startsWith("25");
    }
}
