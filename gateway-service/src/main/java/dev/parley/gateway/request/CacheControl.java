package dev.parley.gateway.request;

import dev.parley.contracts.event.CachePolicy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Parses {@code cache-control} of a request (RFC 9111, section 5.2.1); unsupported directives are ignored. */
public final class CacheControl {
    private CacheControl() {}

    public static CachePolicy policy(Collection<String> headerValues) {
        Set<String> directives = headerValues.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (directives.contains("no-store")) {
            return CachePolicy.NO_STORE;
        }
        return directives.contains("no-cache") ? CachePolicy.NO_CACHE : CachePolicy.USE;
    }
}
