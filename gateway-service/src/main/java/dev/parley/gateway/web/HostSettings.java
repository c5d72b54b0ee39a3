package dev.parley.gateway.web;

import java.util.List;

/**
 * The hosts that requests may be for.
 *
 * @param allowed names, without a port; none for any name, or in local mode for {@code localhost}. Numeric addresses are always
 *     allowed
 */
public record HostSettings(List<String> allowed) {
    public HostSettings {
        allowed = List.copyOf(allowed);
    }
}
