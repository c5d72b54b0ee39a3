package dev.parley.gateway.request;

import dev.parley.messages.ApiError;
import tools.jackson.databind.node.ObjectNode;

/** What parsing a request body brought. */
public sealed interface ClientRequest {
    /**
     * A request that may be sent on.
     *
     * @param streaming whether the client wants events
     * @param user {@code metadata.user_id}, empty if there is none
     * @param json the request, for its fingerprint
     * @param upstream the request as Claude gets it: the client's own bytes if they ask for a stream
     */
    record Accepted(
            String model,
            boolean streaming,
            String user,
            ObjectNode json,
            @SuppressWarnings("ArrayRecordComponent") byte[] upstream)
            implements ClientRequest {}

    /** A request that cannot be. */
    record Rejected(ApiError error) implements ClientRequest {}
}
