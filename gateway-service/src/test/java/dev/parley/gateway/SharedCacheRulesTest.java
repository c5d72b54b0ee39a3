package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedCacheRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Without Cache-Control: heuristic freshness.
                "GET   |               | 200 |                             | true  | true",
                "GET   | x-api-key     | 200 |                             | true  | true",
                "GET   | x-api-key     | 404 |                             | true  | true",
                "GET   |               | 405 |                             | true  | true",
                "GET   |               | 401 |                             | false | false",
                "GET   |               | 500 |                             | false | false",
                "POST  |               | 200 |                             | false | false",
                "DELETE|               | 200 | max-age=60                  | false | false",
                // Authorization restricts storing.
                "GET   | authorization | 200 |                             | false | false",
                "GET   | authorization | 200 | max-age=60                  | false | false",
                "GET   | authorization | 200 | public, max-age=60          | true  | true",
                "GET   | authorization | 200 | s-maxage=60                 | true  | true",
                "GET   | authorization | 200 | max-age=60, must-revalidate | true  | true",
                // Directives of the server.
                "GET   |               | 200 | no-store                    | false | false",
                "GET   |               | 200 | private, no-store           | false | false",
                "GET   |               | 200 | Private                     | false | false",
                "GET   |               | 200 | private=\"set-cookie\"      | false | false",
                "GET   |               | 200 | no-cache                    | true  | false",
                "GET   |               | 200 | max-age=0                   | true  | false",
                "GET   |               | 200 | s-maxage=0, max-age=60      | true  | false",
                "GET   |               | 500 | max-age=60                  | true  | true",
                "POST  |               | 200 | max-age=60                  | true  | true",
            })
    void appliesTheRules(
            String method, String header, int status, String cacheControl, boolean stored, boolean reused) {
        var rules = SharedCacheRules.of(
                method,
                header == null ? Set.of() : Set.of(header),
                status,
                cacheControl == null ? Map.of() : Map.of("Cache-Control", List.of(cacheControl)));
        assertThat(rules.mayStore()).isEqualTo(stored);
        assertThat(rules.mayReuseWithoutValidation()).isEqualTo(reused);
    }

    @Test
    void aResponseThatVariesByEverythingIsNotReused() {
        var rules = SharedCacheRules.of("GET", Set.of(), 200, Map.of("Vary", List.of("Accept-Encoding, *")));
        assertThat(rules.vary()).containsExactlyInAnyOrder("accept-encoding", "*");
        assertThat(rules.mayStore()).isTrue();
        assertThat(rules.mayReuseWithoutValidation()).isFalse();
    }
}
