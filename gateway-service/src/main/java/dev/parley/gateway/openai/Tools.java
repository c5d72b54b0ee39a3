package dev.parley.gateway.openai;

import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates tool definitions and {@code tool_choice}. */
final class Tools {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> FORCED = Set.of("any", "tool");

    private Tools() {}

    /**
     * Sets {@code tools} and {@code tool_choice} of the Messages request, if there are tools. None is strict if Claude would refuse
     * the request for the size of its strict schemas.
     *
     * @param forcible whether the model accepts a choice that forces a call
     * @param claude with its response format, whose schema counts too
     */
    static void translate(Field request, boolean forcible, ObjectNode claude, Leniency leniency) {
        Field tools = request.at("tools");
        if (tools.absent() || tools.items().isEmpty()) {
            return;
        }
        ArrayNode translated = all(tools, true);
        if (new StrictSchemas(translated, claude.at("/output_config/format/schema")).exceedLimits()) {
            Field strict = new Field(tools.path() + "[].strict", tools.value());
            leniency.ignore(strict, strict.unsupported(StrictSchemas.LIMITS));
            translated = all(tools, false);
        }
        claude.set("tools", translated);
        choice(request, forcible, claude, leniency);
    }

    /** @param strictly whether those are strict for which the client asks that */
    private static ArrayNode all(Field tools, boolean strictly) {
        ArrayNode translated = JSON.createArrayNode();
        tools.items().forEach(tool -> translated.add(tool(tool, strictly)));
        return translated;
    }

    private static ObjectNode tool(Field tool, boolean strictly) {
        if (!tool.at("type").text().equals("function")) {
            throw tool.at("type").unsupported("Only tools of type function are known here.");
        }
        Field function = tool.at("function");
        ObjectNode translated =
                JSON.createObjectNode().put("name", function.at("name").text());
        String description = function.at("description").textOr("");
        if (!description.isEmpty()) {
            translated.put("description", description);
        }
        boolean strict = function.at("strict").booleanOr(false) && strictly;
        ObjectNode schema = schema(function.at("parameters"));
        translated.set("input_schema", strict ? OutputSchema.of(schema) : schema);
        ContentParts.keepCacheControl(tool, translated);
        return strict ? translated.put("strict", true) : translated;
    }

    private static ObjectNode schema(Field parameters) {
        if (parameters.absent() || parameters.object().isEmpty()) {
            ObjectNode none = JSON.createObjectNode().put("type", "object");
            none.putObject("properties");
            return none;
        }
        return parameters.object();
    }

    private static void choice(Field request, boolean forcible, ObjectNode claude, Leniency leniency) {
        Field choice = request.at("tool_choice");
        boolean parallel = request.at("parallel_tool_calls").booleanOr(true);
        if (choice.absent() && parallel) {
            return;
        }
        ObjectNode translated = choice(choice);
        if (!forcible && FORCED.contains(type(translated))) {
            leniency.ignore(choice, choice.unsupported("This model accepts auto and none."));
            translated = choice("auto");
        }
        if (!parallel && !type(translated).equals("none")) {
            translated.put("disable_parallel_tool_use", true);
        }
        claude.set("tool_choice", translated);
    }

    private static ObjectNode choice(Field choice) {
        if (choice.absent()) {
            return choice("auto");
        } else if (choice.isText()) {
            return choice(
                    switch (choice.text()) {
                        case "auto" -> "auto";
                        case "none" -> "none";
                        case "required" -> "any";
                        default -> throw choice.unsupported("must be auto, none, required or a function.");
                    });
        } else if (choice.at("type").text().equals("function")) {
            return choice("tool").put("name", choice.at("function").at("name").text());
        }
        throw choice.at("type").unsupported("Only a function can be chosen.");
    }

    private static ObjectNode choice(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static String type(ObjectNode choice) {
        return choice.path("type").stringValue("");
    }
}
