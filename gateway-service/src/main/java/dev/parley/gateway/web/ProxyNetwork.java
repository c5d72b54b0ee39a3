package dev.parley.gateway.web;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The addresses of trusted proxies: an address, or a network in CIDR notation. */
record ProxyNetwork(IpSubnetFilterRule rule) {
    /**
     * Parses an address or a network. Does not resolve names.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    static ProxyNetwork of(String text) {
        String[] parts = text.split("/", -1);
        Optional<InetAddress> address = address(parts[0]);
        if (address.isPresent() && parts.length <= 2) {
            int bits = address.get().getAddress().length * Byte.SIZE;
            int prefix = parts.length == 1 ? bits : prefix(parts[1]);
            if (prefix >= 0 && prefix <= bits) {
                return new ProxyNetwork(new IpSubnetFilterRule(address.get(), prefix, IpFilterRuleType.ACCEPT));
            }
        }
        throw new IllegalArgumentException("a trusted proxy is an address or a network such as 10.42.0.0/16: " + text);
    }

    private static int prefix(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** A numeric address, with or without the brackets of IPv6; an IPv4-mapped address becomes IPv4. */
    static Optional<InetAddress> address(String text) {
        return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(text));
    }

    boolean has(InetAddress address) {
        return rule.matches(new InetSocketAddress(address, 0));
    }
}
