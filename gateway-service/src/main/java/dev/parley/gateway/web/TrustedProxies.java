package dev.parley.gateway.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * Sets the client's address of requests from trusted proxies: in {@code X-Forwarded-For} the last address that is not a trusted
 * proxy's. Everything before it, and the whole header without a trusted proxy, is under the control of the client. {@code
 * Forwarded} (RFC 7239) is never read, because a proxy that appends to the one header passes the other unchanged. Spring applies
 * a bean of this type and name before all filters.
 */
public final class TrustedProxies extends ForwardedHeaderTransformer {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    /** Some proxies add the port of their client. */
    private static final Pattern WITH_PORT = Pattern.compile("([0-9.]+|\\[[^]]*])(:\\d{1,5})?");

    private final List<ProxyNetwork> networks;

    public TrustedProxies(ForwardingSettings settings) {
        this.networks = settings.trustedProxies().stream().map(ProxyNetwork::of).toList();
    }

    @Override
    public ServerHttpRequest apply(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        if (peer == null || peer.getAddress() == null || !trusts(peer.getAddress())) {
            return request;
        }
        InetAddress client = client(peer.getAddress(), request.getHeaders().getOrEmpty(FORWARDED_FOR));
        return client.equals(peer.getAddress())
                ? request
                : request.mutate()
                        .remoteAddress(new InetSocketAddress(client, 0))
                        .build();
    }

    /** The last address that is not a trusted proxy's; the last valid one if there is none. */
    private InetAddress client(InetAddress peer, List<String> forwardedFor) {
        List<String> hops = forwardedFor.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .toList();
        InetAddress client = peer;
        for (String hop : hops.reversed()) {
            Optional<InetAddress> before = address(hop);
            if (before.isEmpty()) {
                return client;
            }
            client = before.get();
            if (!trusts(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean trusts(InetAddress address) {
        return networks.stream().anyMatch(network -> network.has(address));
    }

    private static Optional<InetAddress> address(String hop) {
        Matcher withPort = WITH_PORT.matcher(hop);
        return ProxyNetwork.address(withPort.matches() ? withPort.group(1) : hop);
    }
}
