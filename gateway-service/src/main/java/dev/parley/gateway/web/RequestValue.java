package dev.parley.gateway.web;

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

    /** The variable of this name in the path. */
    public static <T> T inPath(ServerRequest request, String name, Function<String, T> parser) {
        return parsed(name, request.pathVariable(name), parser);
    }
}
