package dev.parley.gateway.request;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.messages.ApiError;
import tools.jackson.databind.node.ObjectNode;

/** The outcome of parsing a request body. */
public sealed interface ClientRequest {
    /**
     * A valid request.
     *
     * @param streaming whether the client requests a stream
     * @param format the response format of the client's API
     * @param user the end user named in the request, empty for none
     * @param json the parsed request, for its fingerprint
     * @param upstream the streaming request for Claude in UTF-8; the client's own bytes where possible
     * @param warning value of the response header {@code warning}, empty for none
     */
    record Accepted(
            String model,
            boolean streaming,
            AnswerFormat format,
            String user,
            ObjectNode json,
            @SuppressWarnings("ArrayRecordComponent") byte[] upstream,
            String warning)
            implements ClientRequest {
        public Accepted(
                String model, boolean streaming, AnswerFormat format, String user, ObjectNode json, byte[] upstream) {
            this(model, streaming, format, user, json, upstream, "");
        }

        /** The same request with another content for Claude. */
        public Accepted with(ObjectNode otherJson, byte[] otherUpstream) {
            return new Accepted(model, streaming, format, user, otherJson, otherUpstream, warning);
        }
    }

    /**
     * An invalid request.
     *
     * @param param path of the invalid parameter, empty for none
     * @param code OpenAI's error code, empty for none
     */
    record Rejected(ApiError error, String param, String code) implements ClientRequest {
        public Rejected(ApiError error) {
            this(error, "", "");
        }
    }
}
