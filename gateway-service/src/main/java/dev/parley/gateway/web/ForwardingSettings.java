package dev.parley.gateway.web;

import java.util.List;

/**
 * Whose word is taken for where a request comes from.
 *
 * @param trustedProxies addresses, or networks such as {@code 10.42.0.0/16}, of the proxies that append the address of their
 *     client to {@code X-Forwarded-For}; none by default
 */
public record ForwardingSettings(List<String> trustedProxies) {
    /**
     * Checks the networks, so that a misspelt one does not go unnoticed.
     *
     * @throws IllegalArgumentException if one is none
     */
    public ForwardingSettings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(ProxyNetwork::of);
    }
}
