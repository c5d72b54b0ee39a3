package dev.parley.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.ServerRequest;

class LocalClientTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost, same-origin, true",
        "127.0.0.1, 127.0.0.1, same-origin, true",
        "::1,       [::1],     same-origin, true",
        "::1,       ::1,       none,        true",
        "127.0.0.1, localhost, ,            true",
        // A page of another site whose name resolves to this machine (DNS rebinding).
        "127.0.0.1, attacker.example,           same-origin, false",
        "127.0.0.1, localhost.attacker.example, same-origin, false",
        "127.0.0.1, '',        same-origin, false",
        // A page of another site that requests this machine.
        "127.0.0.1, localhost, cross-site,  false",
        "127.0.0.1, localhost, same-site,   false",
        // Another machine.
        "192.0.2.7, localhost, same-origin, false",
        "10.0.0.1,  10.0.0.1,  ,            false",
    })
    void trustsOnlyThisMachine(String address, String host, String fetchSite, boolean trusted) throws Exception {
        var client = new LocalClient(InetAddress.getByName(address), host, Optional.ofNullable(fetchSite));
        assertThat(client.isTrusted()).isEqualTo(trusted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost       | true",
                "localhost:8080  | true",
                "127.0.0.1:65535 | true",
                "[::1]:8080      | true",
                "[::1]           | true",
                "localhost:99999999           | false",
                "localhost:65536              | false",
                "localhost:99999999999999999999| false",
                "localhost:-1                 | false",
                "localhost:80:80              | false",
                "localhost:http               | false",
                "localhost@127.0.0.1          | false",
                "127.0.0.1.attacker.example:80| false",
                "[::1                         | false",
                "[::1]]:80                    | false",
                "[                            | false",
                ":                            | false",
                ":8080                        | false",
                "''                           | false",
                "loc\u00e4lhost:8080         | false",
                "\u0660\u0661:\u0661       | false",
            })
    void parsesAnyHost(String host, boolean trusted) {
        assertThat(client(host).isTrusted()).isEqualTo(trusted);
    }

    @Test
    void parsesALongHost() {
        assertThat(client("localhost" + ":8".repeat(100_000)).isTrusted()).isFalse();
    }

    private static LocalClient client(String host) {
        var request = MockServerHttpRequest.get("/page/config.json")
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711))
                .header("Host", host)
                .build();
        return LocalClient.of(ServerRequest.create(MockServerWebExchange.from(request), List.of()));
    }

    @Test
    void doesNotTrustAnUnknownAddress() {
        assertThat(new LocalClient(null, "localhost", Optional.empty()).isTrusted())
                .isFalse();
    }
}
