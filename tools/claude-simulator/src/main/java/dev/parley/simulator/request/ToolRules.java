package dev.parley.simulator.request;

import static dev.parley.simulator.request.Rule.holds;
import static dev.parley.simulator.request.Rule.holdsIf;
import static dev.parley.simulator.request.Rule.optional;
import static dev.parley.simulator.request.Rule.present;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The rules for tools and for how they may be chosen. */
final class ToolRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");

    static final List<Rule> RULES = List.of(
            optional("tools", tools -> holdsIf(tools.isArray(), "tools: Input should be a valid list")),
            optional("tools", ToolRules::each),
            ToolRules::choice);

    private ToolRules() {}

    /** Whether the client runs the tool: the API's own tools carry a type of their own and no schema. */
    static boolean runByClient(JsonNode tool) {
        return Set.of("", "custom").contains(tool.path("type").stringValue(""));
    }

    private static Optional<String> each(JsonNode tools) {
        Set<String> names = new HashSet<>();
        int position = 0;
        for (JsonNode tool : tools) {
            String where = "tools." + position++ + ".custom";
            String name = tool.path("name").stringValue("");
            if (!runByClient(tool)) {
                continue;
            }
            if (!NAME.matcher(name).matches()) {
                return Optional.of(where + ".name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
            }
            if (!tool.path("input_schema").isObject()) {
                return Optional.of(where + ".input_schema: Field required");
            }
            if (!tool.path("input_schema").path("type").stringValue("").equals("object")) {
                return Optional.of(where + ".input_schema.type: Input should be 'object'");
            }
            if (!names.add(name)) {
                return Optional.of("tools: Tool names must be unique.");
            }
        }
        return holds();
    }

    private static Optional<String> choice(JsonNode body) {
        if (!present(body, "tool_choice")) {
            return holds();
        }
        if (body.path("tools").isEmpty()) {
            return Optional.of("tool_choice may only be specified while providing tools");
        }
        JsonNode choice = body.path("tool_choice");
        return switch (choice.path("type").stringValue("")) {
            case "auto", "any", "none" -> holds();
            case "tool" -> {
                String name = choice.path("name").stringValue("");
                yield holdsIf(
                        body.path("tools").values().stream()
                                .anyMatch(tool ->
                                        tool.path("name").stringValue("").equals(name)),
                        "Tool '" + name + "' not found in provided tools");
            }
            default ->
                Optional.of("tool_choice: Input tag found using 'type' does not match any of the expected tags: "
                        + "'any', 'auto', 'none', 'tool'");
        };
    }
}
