package dev.parley.replay.output;

import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A column of a CSV file.
 *
 * @param reader finds the cell in a decoded record; a missing node is an empty cell
 */
public record Column(String name, Function<JsonNode, JsonNode> reader) {
    /** The column that shows what is at a JSON pointer. */
    static Column of(String name, String pointer) {
        return new Column(name, line -> line.at(pointer));
    }

    /** The column that shows what is at the first of two JSON pointers where there is something. */
    static Column of(String name, String pointer, String otherwise) {
        return new Column(name, line -> line.at(pointer).isMissingNode() ? line.at(otherwise) : line.at(pointer));
    }

    /** The cell: text as it is, objects and arrays as JSON, empty if there is nothing. */
    Optional<String> value(JsonNode line) {
        JsonNode found = reader.apply(line);
        if (found.isMissingNode() || found.isNull()) {
            return Optional.empty();
        }
        return Optional.of(found.isString() ? found.stringValue() : found.toString());
    }
}
