package dev.parley.gateway.openai;

import dev.parley.contracts.TextEnum;
import dev.parley.gateway.model.Effort;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Translates the response format and the reasoning effort to {@code output_config}. */
final class OutputConfig {
    private OutputConfig() {}

    /**
     * Sets {@code output_config} of the Messages request, if the client sets a format or an effort.
     *
     * @param levels the levels of effort that the model accepts
     */
    static void translate(Field request, Set<Effort> levels, ObjectNode claude, Leniency leniency) {
        ObjectNode config = JsonMapper.shared().createObjectNode();
        effort(request.at("reasoning_effort"), levels, config, leniency);
        format(request.at("response_format"), config, leniency);
        if (!config.isEmpty()) {
            claude.set("output_config", config);
        }
    }

    private static void effort(Field effort, Set<Effort> levels, ObjectNode config, Leniency leniency) {
        if (effort.absent()) {
            return;
        }
        Optional<Effort> asked =
                effort.text().equals("minimal") ? Optional.of(Effort.LOW) : TextEnum.find(Effort.class, effort.text());
        Optional<Effort> accepted = asked.flatMap(level -> level.among(levels));
        if (asked.isEmpty()) {
            leniency.ignore(effort, effort.unsupported("must be minimal, low, medium, high, xhigh or max."));
        } else if (accepted.isEmpty()) {
            leniency.ignore(effort, effort.unsupported("This model has no levels of effort."));
        } else if (accepted.equals(asked) || leniency.caps(effort)) {
            config.put("effort", accepted.get().text());
        } else {
            throw effort.unsupported("This model does not accept this level.");
        }
    }

    private static void format(Field format, ObjectNode config, Leniency leniency) {
        if (format.absent()) {
            return;
        }
        switch (format.at("type").text()) {
            case "text" -> {
                // The default.
            }
            case "json_schema" ->
                config.putObject("format")
                        .put("type", "json_schema")
                        .set("schema", OutputSchema.of(schema(format.at("json_schema"))));
            case "json_object" -> leniency.ignore(format, unsupported(format));
            default -> throw unsupported(format);
        }
    }

    /** The schema with the description of the format, which Claude's format does not have, unless the schema has its own. */
    private static ObjectNode schema(Field format) {
        Field schema = format.at("schema");
        String description = format.at("description").textOr("");
        return description.isBlank() || !schema.at("description").absent()
                ? schema.object()
                : schema.object().put("description", description);
    }

    private static InvalidParameterException unsupported(Field format) {
        return format.at("type")
                .unsupported("Claude takes text and json_schema, and needs the properties of each object.");
    }
}
