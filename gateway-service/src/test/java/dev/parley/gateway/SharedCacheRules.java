package dev.parley.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of RFC 9111 for a response in a shared cache, such as a CDN, that supports every method and status. The
 * only credential that they consider is {@code Authorization}.
 *
 * @param request names of the request's headers, in lower case
 * @param response the response's headers, by their names in lower case
 */
record SharedCacheRules(String method, Set<String> request, int status, Map<String, List<String>> response) {
    /** RFC 9110, section 15.1: a cache may assign such a response a heuristic freshness lifetime. */
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    /** Section 3.5: with one of these also a response to a request with {@code Authorization} may be stored. */
    private static final Set<String> PERMISSIONS = Set.of("public", "must-revalidate", "s-maxage");

    static SharedCacheRules of(
            String method, Set<String> request, int status, Map<String, List<String>> responseHeaders) {
        Map<String, List<String>> response = new TreeMap<>();
        responseHeaders.forEach((name, values) -> response.put(name.toLowerCase(Locale.ROOT), values));
        return new SharedCacheRules(method, request, status, response);
    }

    /** Section 3: whether the response may be stored. */
    boolean mayStore() {
        Set<String> named = directives().keySet();
        return Set.of("GET", "HEAD", "POST").contains(method)
                && status >= 200
                && !named.contains("no-store")
                && !named.contains("private")
                && (!request.contains("authorization") || named.stream().anyMatch(PERMISSIONS::contains))
                && (named.contains("public") || hasLifetime() || hasHeuristicLifetime());
    }

    /** Sections 4 and 4.2: whether a stored response may be reused without validation. */
    boolean mayReuseWithoutValidation() {
        Map<String, String> named = directives();
        boolean fresh = Optional.ofNullable(named.get("s-maxage"))
                .or(() -> Optional.ofNullable(named.get("max-age")))
                .map(seconds -> !seconds.equals("0"))
                .orElseGet(
                        () -> response.containsKey("expires") || hasHeuristicLifetime() || named.containsKey("public"));
        return mayStore() && fresh && !named.containsKey("no-cache") && !vary().contains("*");
    }

    /** The names of the request's headers that select the response, in lower case. */
    Set<String> vary() {
        return values("vary").collect(Collectors.toSet());
    }

    private boolean hasLifetime() {
        return directives().containsKey("s-maxage")
                || directives().containsKey("max-age")
                || response.containsKey("expires");
    }

    /** Section 4.2.2. A response to POST may be stored only with an explicit lifetime (RFC 9110, section 9.3.3). */
    private boolean hasHeuristicLifetime() {
        return HEURISTICALLY_CACHEABLE.contains(status) && !method.equals("POST") && !hasLifetime();
    }

    /** The directives of {@code Cache-Control} with their arguments, empty for none. */
    private Map<String, String> directives() {
        Map<String, String> directives = new TreeMap<>();
        values("cache-control").forEach(directive -> {
            String[] parts = directive.split("=", 2);
            directives.put(parts[0].strip(), parts.length == 1 ? "" : parts[1].strip());
        });
        return directives;
    }

    private Stream<String> values(String header) {
        return response.getOrDefault(header, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .filter(value -> !value.isEmpty());
    }
}
