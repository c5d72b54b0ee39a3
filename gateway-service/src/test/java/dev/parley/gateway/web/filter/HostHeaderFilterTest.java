package dev.parley.gateway.web.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.web.response.ApiErrorException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;

class HostHeaderFilterTest {
    private static final HostHeaderFilter LOCAL = new HostHeaderFilter(new HostSettings(List.of()), "parley-local");
    private static final HostHeaderFilter NAMED =
            new HostHeaderFilter(new HostSettings(List.of("Parley.Example", "gateway-service")), "");
    private static final HostHeaderFilter NAMED_LOCAL =
            new HostHeaderFilter(new HostSettings(List.of("my-laptop")), "parley-local");
    private static final HostHeaderFilter ANY = new HostHeaderFilter(new HostSettings(List.of()), "");

    @ParameterizedTest
    @CsvSource({
        "localhost,            true,  false",
        "LOCALHOST:8080,       true,  false",
        "127.0.0.1:8080,       true,  true",
        "[::1]:8080,           true,  true",
        "10.42.0.7:9080,       true,  true",
        "parley.example,       false, true",
        "gateway-service:8080, false, true",
        "attacker.example,           false, false",
        "localhost.attacker.example, false, false",
        "127.0.0.1.attacker.example, false, false",
        "parley.example:99999,       false, false",
        "[attacker.example],         false, false",
        "'',                         false, false"
    })
    void servesAllowedNamesAndAddresses(String host, boolean local, boolean named) {
        assertThat(passes(LOCAL, host)).isEqualTo(local);
        assertThat(passes(NAMED, host)).isEqualTo(named);
        assertThat(passes(ANY, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"localhost:8080, true", "my-laptop:8080, true", "attacker.example, false"})
    void servesItsMachineBesideNames(String host, boolean served) {
        assertThat(passes(NAMED_LOCAL, host)).isEqualTo(served);
    }

    private static boolean passes(HostHeaderFilter filter, String host) {
        var exchange = MockServerWebExchange.from(
                MockServerHttpRequest.get("/v1/models").header("host", host).build());
        AtomicBoolean passed = new AtomicBoolean();
        filter.filter(exchange, _ -> Mono.fromRunnable(() -> passed.set(true)))
                .onErrorComplete(ApiErrorException.class)
                .block();
        return passed.get();
    }
}
