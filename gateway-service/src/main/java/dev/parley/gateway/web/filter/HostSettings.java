package dev.parley.gateway.web.filter;

import java.util.List;

/**
 * The hosts that requests may be for.
 *
 * @param allowed names, without a port; none for any name. In local mode {@code localhost} is allowed too, and with none nothing else.
 *     Numeric addresses are always allowed
 */
public record HostSettings(List<String> allowed) {
    public HostSettings {
        allowed = List.copyOf(allowed);
    }
}
