package dev.parley.gateway.web;

import java.util.Set;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Values of requests; a malformed one is an {@link ApiErrorException} that names it. */
public final class RequestValue {
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

    /** The variable of this name in the path. */
    public static <T> T inPath(ServerRequest request, String name, Function<String, T> parser) {
        return parsed(name, request.pathVariable(name), parser);
    }
}
