package dev.parley.contracts.price;

import tools.jackson.databind.JsonNode;

/** How long Claude's prompt cache keeps what a request may write to it. */
public enum CacheLife {
    FIVE_MINUTES,
    ONE_HOUR;

    private static final String DEFAULT_TTL = "5m";

    /** The life that a request asks for: of several, or of an unknown one, the dearest. */
    public static CacheLife of(JsonNode request) {
        return request.findValues("cache_control").stream()
                        .allMatch(control ->
                                control.path("ttl").stringValue(DEFAULT_TTL).equals(DEFAULT_TTL))
                ? FIVE_MINUTES
                : ONE_HOUR;
    }
}
