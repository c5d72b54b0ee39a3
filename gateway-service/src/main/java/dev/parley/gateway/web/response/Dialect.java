package dev.parley.gateway.web.response;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** The API of a request. Decides the form of errors, and of resources that both APIs have under the same path. */
public enum Dialect {
    ANTHROPIC,
    OPENAI;

    /** Of OpenAI's API, which the gateway does not have. */
    private static final Set<String> OTHERS = Set.of("/v1/completions", "/v1/embeddings");

    private static final Pattern GENERATION = Pattern.compile("/v1/generations/(gen_[0-9a-f]{32})(/.*)?");
    private static final Pattern EVENTS = Pattern.compile("/v1/generations/[^/]+/events");

    /** The status of an error response. OpenAI's SDK for .NET does not retry 529, but 408, 429, 500, 502, 503 and 504 only. */
    public int status(int status) {
        return this == OPENAI && status == 529 ? 503 : status;
    }

    /** The API whose format an answer has. */
    public static Dialect of(AnswerFormat format) {
        return switch (format) {
            case MESSAGES -> ANTHROPIC;
            case CHAT_COMPLETIONS, CHAT_COMPLETIONS_WITH_USAGE -> OPENAI;
        };
    }

    /**
     * The dialect of a request: by the path; where both APIs have it, by the headers that all clients of Anthropic's API send. That of
     * a resumed answer is the one that its reader asks for, else that of its request.
     */
    public static Dialect of(ServerHttpRequest request) {
        String path = request.getPath().value();
        if (path.startsWith("/v1/chat/") || path.startsWith("/v1/responses") || OTHERS.contains(path)) {
            return OPENAI;
        } else if (path.equals("/v1/models") || path.startsWith("/v1/models/")) {
            var headers = request.getHeaders();
            return headers.containsHeader(HeaderNames.ANTHROPIC_VERSION) || headers.containsHeader(HeaderNames.API_KEY)
                    ? ANTHROPIC
                    : OPENAI;
        }
        return switch (EVENTS.matcher(path).matches() ? request.getQueryParams().getFirst("format") : null) {
            case "chat_completions" -> OPENAI;
            case "messages" -> ANTHROPIC;
            case null, default -> {
                Matcher generation = GENERATION.matcher(path);
                yield generation.matches() ? of(new GenerationId(generation.group(1)).format()) : ANTHROPIC;
            }
        };
    }
}
