package dev.parley.gateway.web.filter;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
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

    private final List<IpSubnetFilterRule> networks;

    public TrustedProxies(ForwardingSettings settings) {
        this.networks =
                settings.trustedProxies().stream().map(TrustedProxies::network).toList();
    }

    /** Parses an address, or a network in CIDR notation, without resolving names; {@link IllegalArgumentException} for others. */
    static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", -1);
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(parts[0]);
        if (address != null && parts.length <= 2) {
            int bits = address.getAddress().length * Byte.SIZE;
            int prefix = parts.length == 1 ? bits : prefix(parts[1]);
            if (prefix >= 0 && prefix <= bits) {
                return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
            }
        }
        throw new IllegalArgumentException("a trusted proxy is an address or a network such as 10.42.0.0/16: " + text);
    }

    private static int prefix(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
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
        return networks.stream().anyMatch(network -> network.matches(new InetSocketAddress(address, 0)));
    }

    /** A numeric address, with or without the brackets of IPv6; an IPv4-mapped address becomes IPv4. */
    private static Optional<InetAddress> address(String hop) {
        Matcher withPort = WITH_PORT.matcher(hop);
        return Optional.ofNullable(
                NetUtil.createInetAddressFromIpAddressString(withPort.matches() ? withPort.group(1) : hop));
    }
}
