package dev.parley.gateway.web.filter;

import java.util.List;

/**
 * The proxies whose {@code X-Forwarded-For} is trusted.
 *
 * @param trustedProxies addresses, or networks such as {@code 10.42.0.0/16}, of the proxies that append the address of their
 *     client to {@code X-Forwarded-For}; none by default
 */
public record ForwardingSettings(List<String> trustedProxies) {
    public ForwardingSettings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(TrustedProxies::network);
    }
}
