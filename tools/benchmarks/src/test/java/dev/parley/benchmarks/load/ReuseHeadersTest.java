package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseHeadersTest {
    @ParameterizedTest
    @CsvSource({
        "miss, '', none, false, false",
        "exact, '', none, false, false",
        "miss, lexical:numbers, lexical, true, false",
        "miss, late, late, true, true",
        "miss, crowded, crowded, true, true",
        "similar, reused, reused, true, false",
    })
    void tellHowAnAnswerWasFound(String cache, String gate, String name, boolean considered, boolean skipped) {
        HttpHeaders headers = new DefaultHttpHeaders().set("x-parley-cache", cache);
        if (!gate.isEmpty()) {
            headers.set("x-parley-similar", gate);
        }

        ReuseHeaders found = ReuseHeaders.of(headers);

        assertThat(found.gateName()).isEqualTo(name);
        assertThat(found.considersSimilar()).isEqualTo(considered);
        assertThat(found.isSkipped()).isEqualTo(skipped);
    }

    @Test
    void haveTheGenerationAndTheSource() {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("x-parley-generation", "one")
                .set("x-parley-cache", "similar")
                .set("x-parley-similar", "reused")
                .set("x-parley-source", "two");

        assertThat(ReuseHeaders.of(headers)).isEqualTo(new ReuseHeaders("one", "similar", "reused", "two"));
        assertThat(ReuseHeaders.of(new DefaultHttpHeaders())).isEqualTo(ReuseHeaders.NONE);
    }
}
