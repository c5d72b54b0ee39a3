package dev.parley.replay.record;

import java.math.RoundingMode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The dollars and shares of an event, written with a decimal. DuckDB infers the type of a column from its first 20,480 rows;
 * after zeros only it would round the amounts that follow to integers.
 */
final class Amounts {
    private static final Pattern NAME = Pattern.compile("(.+_)?usd(_.+)?|share");

    /** The client's and Claude's, which are unchanged. */
    private static final Set<String> FOREIGN = Set.of("request", "message");

    private Amounts() {}

    /** Changes {@code 0} to {@code 0.0} in the properties of a value, at any depth. */
    static void writeDecimals(JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode property = object.path(name);
                if (property.isIntegralNumber() && NAME.matcher(name).matches()) {
                    object.set(name, decimal(property));
                } else if (!FOREIGN.contains(name)) {
                    writeDecimals(property);
                }
            }
        } else {
            value.valueStream().forEach(Amounts::writeDecimals);
        }
    }

    private static JsonNode decimal(JsonNode integer) {
        return JsonNodeFactory.instance.numberNode(integer.decimalValue().setScale(1, RoundingMode.UNNECESSARY));
    }
}
