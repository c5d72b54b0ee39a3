package dev.parley.gateway.limits;

import dev.parley.gateway.request.ClientRequest.Accepted;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A model that a request names.
 *
 * @param outputTokensMax of a call of it, 0 to 2<sup>31</sup> - 1. Claude rejects other limits; a negative one must not reduce what
 *     the others reserve
 * @param callsMax of the request to it, 1 to 2<sup>31</sup> - 1; 1 for a tool without {@code max_uses}, whose calls have no bound
 */
record NamedModel(String name, long outputTokensMax, long callsMax) {
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_USES = "max_uses";

    /**
     * The model of the request, of its fallbacks, which Claude asks in turn if a model declines, and of tools such as the advisor.
     */
    static List<NamedModel> of(Accepted request) {
        JsonNode json = request.json();
        long outputMax = json.path(MAX_TOKENS).longValue(0);
        List<NamedModel> models = new ArrayList<>();
        models.add(new NamedModel(request.model(), outputMax, 1));
        for (String place : List.of("fallbacks", "tools")) {
            for (JsonNode entry : json.path(place)) {
                if (entry.path("model").isString()) {
                    models.add(new NamedModel(
                            entry.path("model").stringValue(),
                            Math.clamp(entry.path(MAX_TOKENS).longValue(outputMax), 0, Integer.MAX_VALUE),
                            Math.clamp(entry.path(MAX_USES).longValue(1), 1, Integer.MAX_VALUE)));
                }
            }
        }
        return models;
    }

    /** Whether each fallback is named. Claude chooses those of {@code "default"}. */
    static boolean areFallbacksNamed(JsonNode request) {
        JsonNode fallbacks = request.path("fallbacks");
        return !request.hasNonNull("fallbacks")
                || (fallbacks.isArray()
                        && fallbacks
                                .valueStream()
                                .allMatch(fallback -> fallback.path("model").isString()));
    }
}
