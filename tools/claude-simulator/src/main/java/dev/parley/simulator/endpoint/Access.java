package dev.parley.simulator.endpoint;

import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import java.util.Optional;

/** Checks the headers that the API insists on. Any key will do, as long as there is one. */
final class Access {
    private static final String BEARER = "bearer ";

    private Access() {}

    static Optional<ApiError> denied(Call call) {
        String authorization = call.header("authorization");
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && !authorization.substring(BEARER.length()).isBlank();
        if (!bearer && call.header("x-api-key").isBlank()) {
            return Optional.of(new ApiError(ErrorType.AUTHENTICATION, "x-api-key header is required"));
        }
        return call.header("anthropic-version").isBlank()
                ? Optional.of(ApiError.invalid("anthropic-version: header is required"))
                : Optional.empty();
    }
}
