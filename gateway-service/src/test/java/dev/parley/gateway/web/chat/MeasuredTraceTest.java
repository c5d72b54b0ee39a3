package dev.parley.gateway.web.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeasuredTraceTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final MeasuredTrace trace = new MeasuredTrace();

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, false", "0b, true"})
    void theIdsAreThoseOfTheMeasuredRequest(String flags, boolean sampled) {
        MeasuredTrace.during("00-" + TRACE + "-" + SPAN + "-" + flags, () -> {
            assertThat(trace.getCurrentTraceId()).isEqualTo(TRACE);
            assertThat(trace.getCurrentSpanId()).isEqualTo(SPAN);
            assertThat(trace.isCurrentSpanSampled()).isEqualTo(sampled);
        });
    }

    @Test
    void otherMeasurementsHaveNoTrace() {
        assertThat(trace.getCurrentTraceId()).isNull();
        assertThat(trace.getCurrentSpanId()).isNull();
        assertThat(trace.isCurrentSpanSampled()).isFalse();
    }

    @Test
    void aBucketHasTheTraceAsItsExemplar() {
        var registry =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, trace);
        Timer timer = Timer.builder("answers").publishPercentileHistogram().register(registry);

        MeasuredTrace.during("00-" + TRACE + "-" + SPAN + "-01", () -> timer.record(Duration.ofMillis(20)));

        assertThat(registry.scrape(OPEN_METRICS).lines())
                .anyMatch(line -> line.startsWith("answers_seconds_bucket{")
                        && line.contains("trace_id=\"" + TRACE + "\"")
                        && line.contains("span_id=\"" + SPAN + "\""));
    }
}
