package dev.parley.simulator.script;

import dev.parley.simulator.request.ApiError;

/** The JSON of an error, the same as a body and as the data of an {@code error} event. */
public final class ErrorBody {
    private ErrorBody() {}

    public static String of(ApiError error, String requestId) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + error.type().wireName() + "\",\"message\":"
                + EventEncoder.quoted(error.message()) + "},\"request_id\":" + EventEncoder.quoted(requestId) + "}";
    }
}
