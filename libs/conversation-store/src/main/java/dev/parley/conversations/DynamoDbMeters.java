package dev.parley.conversations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.metrics.SdkMetric;

/**
 * The publisher of the timer {@code parley.dynamodb.call}, with the tags {@code operation} and {@code outcome}: {@code
 * success}, or the SDK's error type of the last attempt, such as {@code Throttling} or {@code ConfiguredTimeout}.
 */
public final class DynamoDbMeters implements MetricPublisher {
    private final MeterRegistry registry;

    public DynamoDbMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void publish(MetricCollection call) {
        String operation = values(call, CoreMetric.OPERATION_NAME).findFirst().orElse("unknown");
        values(call, CoreMetric.API_CALL_DURATION)
                .forEach(duration -> Timer.builder("parley.dynamodb.call")
                        .description("Calls to DynamoDB, retries of the SDK included")
                        .tag("operation", operation)
                        .tag("outcome", outcome(call))
                        .register(registry)
                        .record(duration));
    }

    private static String outcome(MetricCollection call) {
        if (values(call, CoreMetric.API_CALL_SUCCESSFUL).allMatch(successful -> successful)) {
            return "success";
        }
        List<String> errors = call.children().stream()
                .flatMap(attempt -> values(attempt, CoreMetric.ERROR_TYPE))
                .toList();
        return errors.isEmpty() ? "failure" : errors.getLast();
    }

    private static <T> Stream<T> values(MetricCollection metrics, SdkMetric<T> metric) {
        return metrics.metricValues(metric).stream();
    }

    /** Does nothing, because the registry is closed by its owner. */
    @Override
    public void close() {}
}
