package dev.parley.gateway.web.input;

import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Values of requests; a malformed one is an {@link ApiErrorException} that names it. */
public final class RequestValue {
    /** The version of Claude's API for clients that name none. */
    private static final String DEFAULT_VERSION = "2023-06-01";

    private RequestValue() {}

    /** The value of this name, as parsed by {@code parser}, whose {@link IllegalArgumentException} has the reason. */
    public static <T> T parsed(String name, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw ApiErrorException.invalidRequest(name + ": " + e.getMessage());
        }
    }

    /** Rejects query parameters with other names or several values: a misspelt one must not mean its default. */
    public static void requireParameters(ServerRequest request, Set<String> names) {
        request.queryParams().forEach((name, values) -> {
            if (!names.contains(name)) {
                throw ApiErrorException.invalidRequest(
                        JsonMembers.shortened(name) + ": Extra inputs are not permitted");
            }
            if (values.size() > 1) {
                throw ApiErrorException.invalidRequest(name + ": Input should be given once");
            }
        });
    }

    /** The version of Claude's API that the client uses, or the default one. */
    public static String version(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HeaderNames.ANTHROPIC_VERSION))
                .orElse(DEFAULT_VERSION);
    }

    /** The beta features of Claude's API, as one header value; empty for none. */
    public static String betas(HttpHeaders headers) {
        return String.join(",", headers.getOrEmpty(HeaderNames.ANTHROPIC_BETA));
    }

    /** The variable of this name in the path. */
    public static <T> T inPath(ServerRequest request, String name, Function<String, T> parser) {
        return parsed(name, request.pathVariable(name), parser);
    }
}
