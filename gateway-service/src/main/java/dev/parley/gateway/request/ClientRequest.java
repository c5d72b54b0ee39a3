package dev.parley.gateway.request;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.messages.ApiError;
import tools.jackson.databind.node.ObjectNode;

/** What parsing a request body brought. */
public sealed interface ClientRequest {
    /**
     * A request that may be sent on.
     *
     * @param streaming whether the client wants events
     * @param format what the client reads
     * @param user who asks, empty if the request does not say
     * @param json the request, for its fingerprint
     * @param upstream the request as Claude gets it: the client's own bytes if they ask Claude for a stream
     */
    record Accepted(
            String model,
            boolean streaming,
            AnswerFormat format,
            String user,
            ObjectNode json,
            @SuppressWarnings("ArrayRecordComponent") byte[] upstream)
            implements ClientRequest {}

    /**
     * A request that cannot be.
     *
     * @param param the parameter that is at fault, empty if it is none in particular
     * @param code why, in one word of OpenAI's, empty for none
     */
    record Rejected(ApiError error, String param, String code) implements ClientRequest {
        public Rejected(ApiError error) {
            this(error, "", "");
        }
    }
}
