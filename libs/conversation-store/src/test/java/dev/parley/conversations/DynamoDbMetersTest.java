package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollector;

class DynamoDbMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DynamoDbMeters meters = new DynamoDbMeters(registry);

    @Test
    void timesCallsByOperationAndOutcome() {
        MetricCollector call = call("UpdateItem", true);
        meters.publish(call.collect());
        MetricCollector throttled = call("UpdateItem", false);
        throttled.createChild("ApiCallAttempt").reportMetric(CoreMetric.ERROR_TYPE, "Throttling");
        meters.publish(throttled.collect());
        assertThat(registry.get("parley.dynamodb.call")
                        .tag("outcome", "success")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("parley.dynamodb.call")
                        .tag("operation", "UpdateItem")
                        .tag("outcome", "Throttling")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    private static MetricCollector call(String operation, boolean successful) {
        MetricCollector call = MetricCollector.create("ApiCall");
        call.reportMetric(CoreMetric.OPERATION_NAME, operation);
        call.reportMetric(CoreMetric.API_CALL_DURATION, Duration.ofMillis(5));
        call.reportMetric(CoreMetric.API_CALL_SUCCESSFUL, successful);
        return call;
    }
}
