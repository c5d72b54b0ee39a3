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
 * What RFC 9111 lets a shared cache do with a response, such as one of a CDN. It understands every method and status, and
 * knows no credentials but {@code Authorization}.
 *
 * @param request names of the request's headers, in lower case
 * @param response the response's headers, by their names in lower case
 */
record SharedCacheRules(String method, Set<String> request, int status, Map<String, List<String>> response) {
    /** RFC 9110, section 15.1: a cache may guess how long such a response stays fresh. */
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

    /** Section 3. */
    boolean mayStore() {
        Set<String> said = directives().keySet();
        return Set.of("GET", "HEAD", "POST").contains(method)
                && status >= 200
                && !said.contains("no-store")
                && !said.contains("private")
                && (!request.contains("authorization") || said.stream().anyMatch(PERMISSIONS::contains))
                && (said.contains("public") || hasLifetime() || mayGuessLifetime());
    }

    /** Sections 4 and 4.2: whether a stored response is given to others before the server has been asked again. */
    boolean mayReuseUnasked() {
        Map<String, String> said = directives();
        boolean fresh = Optional.ofNullable(said.get("s-maxage"))
                .or(() -> Optional.ofNullable(said.get("max-age")))
                .map(seconds -> !seconds.equals("0"))
                .orElseGet(() -> response.containsKey("expires") || mayGuessLifetime() || said.containsKey("public"));
        return mayStore() && fresh && !said.containsKey("no-cache") && !vary().contains("*");
    }

    /** The names of the request's headers that the response was chosen by, in lower case. */
    Set<String> vary() {
        return values("vary").collect(Collectors.toSet());
    }

    private boolean hasLifetime() {
        return directives().containsKey("s-maxage")
                || directives().containsKey("max-age")
                || response.containsKey("expires");
    }

    /** Section 4.2.2. Of POST only what has a lifetime may be stored (RFC 9110, section 9.3.3). */
    private boolean mayGuessLifetime() {
        return HEURISTICALLY_CACHEABLE.contains(status) && !method.equals("POST") && !hasLifetime();
    }

    /** Of {@code Cache-Control}, each with its argument, empty for none. */
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
