package dev.parley.gateway.page;

import dev.parley.gateway.web.filter.HostName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * The origin of a request for resources that are restricted to the local machine.
 *
 * @param address remote address of the connection; null if unknown
 * @param host host name in the {@code Host} header, empty for none. Detects a page of another site whose name resolves
 *     to this machine (DNS rebinding)
 * @param fetchSite {@code Sec-Fetch-Site}, which scripts cannot forge; absent in old browsers and in tools
 */
record LocalClient(@Nullable InetAddress address, String host, Optional<String> fetchSite) {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
    private static final Set<String> SITES = Set.of("same-origin", "none");

    static LocalClient of(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        return new LocalClient(
                request.remoteAddress().map(InetSocketAddress::getAddress).orElse(null),
                HostName.of(headers),
                Optional.ofNullable(headers.getFirst("sec-fetch-site")));
    }

    /** Whether the request comes from this machine, and from the gateway's own pages or a tool. */
    boolean isTrusted() {
        return address != null
                && address.isLoopbackAddress()
                && HOSTS.contains(host)
                && fetchSite.map(SITES::contains).orElse(true);
    }
}
