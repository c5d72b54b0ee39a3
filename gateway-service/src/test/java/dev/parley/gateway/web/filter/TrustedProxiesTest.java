package dev.parley.gateway.web.filter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES =
            new TrustedProxies(new ForwardingSettings(List.of("10.42.0.0/16", "192.0.2.1", "2001:db8:1::/48")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // An untrusted peer: the header is ignored.
                "198.51.100.7 | 203.0.113.1                          | 198.51.100.7",
                "198.51.100.7 | 10.42.0.1                            | 198.51.100.7",
                "192.0.2.2    | 203.0.113.1                          | 192.0.2.2",
                // A trusted peer: the last address that is not a trusted proxy's.
                "10.42.7.7    | 203.0.113.1                          | 203.0.113.1",
                "192.0.2.1    | 203.0.113.1                          | 203.0.113.1",
                "10.42.7.7    | 203.0.113.1, 10.42.0.1 ,10.42.0.2    | 203.0.113.1",
                "10.42.7.7    | 127.0.0.1, 203.0.113.1               | 203.0.113.1",
                "10.42.7.7    | 203.0.113.1, 198.51.100.7, 10.42.0.1 | 198.51.100.7",
                "10.42.7.7    | 10.42.0.1                            | 10.42.0.1",
                // IPv6, and IPv4-mapped addresses.
                "2001:db8:1::1| 2001:db8:2::9                        | 2001:db8:2::9",
                "2001:db8:2::1| 2001:db8:2::9                        | 2001:db8:2::1",
                "10.42.7.7    | [2001:db8:2::9]                      | 2001:db8:2::9",
                "10.42.7.7    | [2001:db8:2::9]:4711                 | 2001:db8:2::9",
                "10.42.7.7    | ::ffff:203.0.113.1                   | 203.0.113.1",
                "10.42.7.7    | 203.0.113.1, ::ffff:10.42.0.1        | 203.0.113.1",
                "10.42.7.7    | 203.0.113.1:4711                     | 203.0.113.1",
                // Entries before an invalid one are ignored.
                "10.42.7.7    | ''                                   | 10.42.7.7",
                "10.42.7.7    | unknown                              | 10.42.7.7",
                "10.42.7.7    | localhost                            | 10.42.7.7",
                "10.42.7.7    | 1                                    | 10.42.7.7",
                "10.42.7.7    | 203.0.113.256                        | 10.42.7.7",
                "10.42.7.7    | [::1                                 | 10.42.7.7",
                "10.42.7.7    | ]:[                                  | 10.42.7.7",
                "10.42.7.7    | 203.0.113.1, nonsense, 10.42.0.1     | 10.42.0.1",
                "10.42.7.7    | 203.0.113.1,                         | 10.42.7.7",
            })
    void appliesTheHeaderOfTrustedProxiesOnly(String peer, String forwardedFor, String client) {
        assertThat(client(PROXIES, peer, forwardedFor)).isEqualTo(InetAddress.ofLiteral(client));
    }

    @Test
    void joinsSeveralHeaders() {
        var request = MockServerHttpRequest.get("/")
                .remoteAddress(address("10.42.7.7"))
                .header("X-Forwarded-For", "203.0.113.1")
                .header("X-Forwarded-For", "198.51.100.7")
                .header("X-Forwarded-For", "10.42.0.1")
                .build();
        assertThat(PROXIES.apply(request).getRemoteAddress()).isEqualTo(address("198.51.100.7"));
    }

    @Test
    void ignoresOtherForwardingHeaders() {
        var request = MockServerHttpRequest.get("http://gateway/")
                .remoteAddress(address("10.42.7.7"))
                .header("Forwarded", "for=203.0.113.1;host=elsewhere;proto=https")
                .header("X-Forwarded-Host", "elsewhere")
                .header("X-Forwarded-Prefix", "/prefix")
                .build();
        assertThat(PROXIES.apply(request)).isSameAs(request);
    }

    @Test
    void trustsNoProxyByDefault() {
        var none = new TrustedProxies(new ForwardingSettings(List.of()));
        assertThat(client(none, "127.0.0.1", "203.0.113.1")).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "proxy.example.com", "10.42.0.0/33", "10.42.0.0/-1", "10.42.0.0/", "10.0.0.0/8/8", "::1/129"
            })
    void rejectsInvalidNetworks(String network) {
        assertThatThrownBy(() -> new ForwardingSettings(List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trusted proxy");
    }

    private static InetAddress client(TrustedProxies proxies, String peer, String forwardedFor) {
        var request = MockServerHttpRequest.get("/")
                .remoteAddress(address(peer))
                .header("X-Forwarded-For", forwardedFor)
                .build();
        return requireNonNull(proxies.apply(request).getRemoteAddress()).getAddress();
    }

    private static InetSocketAddress address(String text) {
        return new InetSocketAddress(InetAddress.ofLiteral(text), 0);
    }
}
