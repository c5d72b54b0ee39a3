package dev.parley.gateway.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Who asks for what is for this machine only.
 *
 * @param address where the connection comes from; null if that is not known
 * @param host the name in the address that the browser shows, empty if it did not say. A page of another site that has
 *     its own name resolved to this machine (DNS rebinding) gives itself away by it
 * @param fetchSite {@code Sec-Fetch-Site}, which no script can forge; absent in old browsers and in tools
 */
public record LocalVisitor(@Nullable InetAddress address, String host, Optional<String> fetchSite) {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
    private static final Pattern WITH_PORT = Pattern.compile("(.*[^:]):(\\d{1,5})");
    private static final int PORT_MAX = 65_535;
    private static final Set<String> SITES = Set.of("same-origin", "none");

    public static LocalVisitor of(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        return new LocalVisitor(
                request.remoteAddress().map(InetSocketAddress::getAddress).orElse(null),
                Optional.ofNullable(headers.getFirst(HttpHeaders.HOST))
                        .map(LocalVisitor::name)
                        .orElse(""),
                Optional.ofNullable(headers.getFirst("sec-fetch-site")));
    }

    /** Without the port. What no browser sends stays as it is, and so is no name of this machine. */
    private static String name(String host) {
        Matcher withPort = WITH_PORT.matcher(host);
        return withPort.matches() && Integer.parseInt(withPort.group(2)) <= PORT_MAX ? withPort.group(1) : host;
    }

    /** Whether it is somebody on this machine, by a page of ours. */
    public boolean isWelcome() {
        return address != null
                && address.isLoopbackAddress()
                && HOSTS.contains(host)
                && fetchSite.map(SITES::contains).orElse(true);
    }
}
