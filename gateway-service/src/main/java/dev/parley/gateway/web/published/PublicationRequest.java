package dev.parley.gateway.web.published;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.Audience;
import dev.parley.gateway.web.input.JsonMembers;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code PUT /v1/collections/{collection}/questions/{slug}}. */
record PublicationRequest(Source source, Options options) {
    sealed interface Source {
        /** An answer that was given. */
        record Given(GenerationId generation) implements Source {}

        /** Claude is asked, unless the answer is cached. */
        record Asked(ObjectNode request) implements Source {}
    }

    /**
     * How an answer is published.
     *
     * @param expiresAt from when on it is not served; empty for no end
     */
    record Options(Audience audience, Optional<Instant> expiresAt) {
        /** As another answer to the question was published. */
        static Options of(AnswerPublished before) {
            return new Options(before.audience(), before.expiresAt());
        }
    }

    private static final Set<String> MEMBERS = Set.of("generation", "request", "audience", "expires_at");

    /** Parses a body, or throws an {@link ApiErrorException} if it is invalid. */
    static PublicationRequest parse(byte[] body, Instant now) {
        JsonMembers members = new JsonMembers("", object(body));
        if (!MEMBERS.containsAll(members.json().propertyNames())) {
            throw ApiErrorException.invalidRequest(
                    "The request body has generation or request, and perhaps audience and expires_at, and no other"
                            + " members.");
        }
        return new PublicationRequest(
                source(members),
                new Options(
                        members.optionalText("audience")
                                .map(text -> RequestValue.parsed(
                                        "audience", text, value -> TextEnum.of(Audience.class, value)))
                                .orElse(Audience.PUBLIC),
                        members.futureTime("expires_at", now)));
    }

    /** Not with the bounds of {@link JsonMembers#of}, because a request to Claude is a part of it. */
    private static ObjectNode object(byte[] body) {
        try {
            if (TurnCodec.MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // Handled like JSON of another type.
        }
        throw ApiErrorException.invalidRequest("The request body is not a valid JSON object.");
    }

    private static Source source(JsonMembers members) {
        ObjectNode json = members.json();
        if (json.has("generation") == json.has("request")) {
            throw ApiErrorException.invalidRequest("Either generation or request is required.");
        } else if (json.path("request") instanceof ObjectNode request) {
            return new Source.Asked(request);
        } else if (json.has("request")) {
            throw members.wrong("request", "Input should be an object");
        }
        return new Source.Given(RequestValue.parsed("generation", members.text("generation"), GenerationId::new));
    }
}
