package dev.parley.pulse.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import dev.parley.pulse.web.AccessRule.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRuleTest {
    /** SHA-256 of {@code operator}. */
    private static final String KEY_SHA256 = "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23";

    private final AccessRule withKey = new AccessRule(KEY_SHA256);
    private final AccessRule withoutKey = new AccessRule("");

    @ParameterizedTest
    @CsvSource({
        "x-api-key, operator, GRANTED",
        "authorization, Bearer operator, GRANTED",
        "x-api-key, other, KEY_WRONG",
        "x-api-key, 06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23, KEY_WRONG",
        "authorization, Bearer other, KEY_WRONG",
        "x-api-key, '', KEY_MISSING",
        "authorization, Basic operator, KEY_MISSING",
        "x-other, operator, KEY_MISSING"
    })
    void requiresTheKeyThatIsSet(String header, String value, Access expected) {
        Headers request = local();
        request.set(header, value);
        assertThat(withKey.decide(request)).isEqualTo(expected);
    }

    @Test
    void theKeyGrantsAccessForAnyHost() {
        assertThat(withKey.decide(Headers.of("host", "pulse.example.com", "x-api-key", "operator")))
                .isEqualTo(Access.GRANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:9480", "127.0.0.1:9480", "[::1]:9480", "[::1]"})
    void withoutAKeyLocalHostsAreGranted(String host) {
        assertThat(withoutKey.decide(Headers.of("host", host))).isEqualTo(Access.GRANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rebound.example:9480", "localhost.example", "127.0.0.1:x", "127.0.0.1.example:9480"})
    void withoutAKeyOtherHostsAreRefused(String host) {
        assertThat(withoutKey.decide(Headers.of("host", host))).isEqualTo(Access.NOT_LOCAL);
    }

    @ParameterizedTest
    @CsvSource({"same-origin, GRANTED", "none, GRANTED", "same-site, NOT_LOCAL", "cross-site, NOT_LOCAL"})
    void withoutAKeyPagesOfOtherSitesAreRefused(String site, Access expected) {
        Headers request = local();
        request.set("sec-fetch-site", site);
        assertThat(withoutKey.decide(request)).isEqualTo(expected);
    }

    @Test
    void withoutAKeyAHostIsRequired() {
        assertThat(withoutKey.decide(new Headers())).isEqualTo(Access.NOT_LOCAL);
    }

    private static Headers local() {
        Headers headers = new Headers();
        headers.set("host", "127.0.0.1:9480");
        return headers;
    }
}
