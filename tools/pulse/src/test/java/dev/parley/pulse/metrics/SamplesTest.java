package dev.parley.pulse.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.pulse.metrics.Samples.Sample;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {
    private static final Set<String> NAMES =
            Set.of("parley_cache_requests_total", "parley_open", "parley_bucket", "parley_odd", "parley_x", "parley_y");

    @Test
    void parsesNamesLabelsAndValues() {
        assertThat(Samples.parse("""
                        # HELP parley_cache_requests_total requests
                        # TYPE parley_cache_requests_total counter
                        parley_cache_requests_total{cause="found",verdict="exact",} 12.0
                        parley_cache_requests_total{verdict="miss"} 3 1700000000000
                        parley_open 1.5E2
                        parley_bucket{le="+Inf"} +Inf
                        parley_odd{a="x{} ,\\"=y",b="\\\\n\\n"} 1
                        jvm_memory_used_bytes{area="heap"} 5.0
                        """, NAMES).all())
                .containsExactly(
                        new Sample("parley_cache_requests_total", Map.of("cause", "found", "verdict", "exact"), 12),
                        new Sample("parley_cache_requests_total", Map.of("verdict", "miss"), 3),
                        new Sample("parley_open", Map.of(), 150),
                        new Sample("parley_bucket", Map.of("le", "+Inf"), Double.POSITIVE_INFINITY),
                        new Sample("parley_odd", Map.of("a", "x{} ,\"=y", "b", "\\n\n"), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parley_x",
                "parley_x NaN",
                "parley_x one",
                "parley_x{a=\"b\" 1",
                "parley_x{",
                "parley_x{a=b} c",
                ""
            })
    void skipsLinesWithoutAValue(String line) {
        assertThat(Samples.parse(line + "\nparley_y 1\n", NAMES).all())
                .containsExactly(new Sample("parley_y", Map.of(), 1));
    }
}
