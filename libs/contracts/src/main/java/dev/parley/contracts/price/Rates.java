package dev.parley.contracts.price;

import dev.parley.contracts.json.RawJson;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The rates at which Claude bills a request. The premium ones, of fast mode and of inference in one region, are multiples of
 * those of the price list, which differ by model.
 */
public enum Rates {
    LISTED,
    PREMIUM;

    private static final String SPEED = "speed";
    private static final String REGION = "inference_geo";

    public static Rates of(JsonNode request) {
        return isPremium(SPEED, request.path(SPEED).stringValue(""))
                        || isPremium(REGION, request.path(REGION).stringValue(""))
                ? PREMIUM
                : LISTED;
    }

    /** The same without building a tree. */
    public static Rates of(RawJson request) {
        try (JsonParser parser = request.parser()) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
                    if (isText && isParameter(name) && isPremium(name, parser.getString())) {
                        return PREMIUM;
                    }
                    parser.skipChildren();
                }
            }
        }
        return LISTED;
    }

    private static boolean isParameter(String name) {
        return name.equals(SPEED) || name.equals(REGION);
    }

    /** A value that is unknown here counts as premium. */
    private static boolean isPremium(String name, String value) {
        return !value.isEmpty() && !value.equals(name.equals(SPEED) ? "standard" : "global");
    }
}
