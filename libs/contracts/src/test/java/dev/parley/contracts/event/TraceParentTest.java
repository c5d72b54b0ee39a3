package dev.parley.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceParentTest {
    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 0af7651916cd43dd8448eb211c80319c",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later, 0af7651916cd43dd8448eb211c80319c",
        "garbage, ''",
        "'', ''"
    })
    void findsTheTraceId(String traceparent, String traceId) {
        assertThat(TraceParent.traceId(traceparent)).isEqualTo(traceId);
    }
}
