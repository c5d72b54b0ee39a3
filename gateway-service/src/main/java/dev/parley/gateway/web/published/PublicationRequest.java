package dev.parley.gateway.web.published;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.published.Audience;
import dev.parley.gateway.web.ApiErrorException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code PUT /v1/collections/{collection}/questions/{slug}}. */
record PublicationRequest(Source source, PublicationOptions options) {
    /** Where the answer comes from. */
    sealed interface Source {
        /** An answer that was given. */
        record Given(GenerationId generation) implements Source {}

        /** Claude is asked, unless the answer is cached. */
        record Asked(ObjectNode request) implements Source {}
    }

    private static final Set<String> MEMBERS = Set.of("generation", "request", "audience", "expires_at");

    /** Parses a body, or throws an {@link ApiErrorException} if it is invalid. */
    static PublicationRequest parse(byte[] body, Instant now) {
        JsonNode json;
        try {
            json = TurnCodec.MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw ApiErrorException.invalidRequest("The request body is not valid JSON.");
        }
        if (!MEMBERS.containsAll(json.propertyNames())) {
            throw ApiErrorException.invalidRequest(
                    "The request body has generation or request, and perhaps audience and expires_at, and no other"
                            + " members.");
        }
        Optional<Instant> end = text(json, "expires_at", Instant::parse);
        if (end.filter(at -> !at.isAfter(now)).isPresent()) {
            throw invalid("expires_at", "Input should be in the future");
        }
        return new PublicationRequest(
                source(json),
                new PublicationOptions(text(json, "audience", Audience::of).orElse(Audience.PUBLIC), end));
    }

    private static Source source(JsonNode json) {
        if (json.has("generation") == json.has("request")) {
            throw ApiErrorException.invalidRequest("Either generation or request is required.");
        } else if (json.path("request") instanceof ObjectNode request) {
            return new Source.Asked(request);
        }
        return text(json, "generation", GenerationId::new)
                .map(Source.Given::new)
                .orElseThrow(() -> invalid("request", "Input should be an object"));
    }

    private static <T> Optional<T> text(JsonNode json, String name, Function<String, T> parser) {
        try {
            return json.optional(name)
                    .map(member -> member.stringValueOpt().orElseThrow(() -> invalid(name, "Input should be a string")))
                    .map(parser);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw invalid(name, String.valueOf(e.getMessage()));
        }
    }

    private static ApiErrorException invalid(String name, String what) {
        return ApiErrorException.invalidRequest(name + ": " + what);
    }
}
