package dev.parley.cache.kafka;

import static dev.parley.cache.Examples.TRACEPARENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

class LogContextTest {
    private final GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);

    @Test
    void hasTheGenerationAndTheTraceUntilItIsClosed() {
        try (LogContext _ = LogContext.of(generation, TRACEPARENT)) {
            assertThat(MDC.get("generation")).isEqualTo(generation.value());
            assertThat(MDC.get("trace_id")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        }
        assertThat(MDC.get("generation")).isNull();
        assertThat(MDC.get("trace_id")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one line\nand another, both longer than a trace"})
    void hasNoTraceForAMalformedTraceparent(String traceparent) {
        try (LogContext _ = LogContext.of(generation, traceparent)) {
            assertThat(MDC.get("trace_id")).isNull();
        }
    }
}
