package dev.parley.gateway.openai;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Translates the response format and the reasoning effort to {@code output_config}. */
final class OutputConfig {
    private OutputConfig() {}

    /** Sets {@code output_config} of the Messages request, if the client sets a format or an effort. */
    static void translate(Field request, ObjectNode claude, Leniency leniency) {
        ObjectNode config = JsonMapper.shared().createObjectNode();
        effort(request.at("reasoning_effort"), config, leniency);
        format(request.at("response_format"), config, leniency);
        if (!config.isEmpty()) {
            claude.set("output_config", config);
        }
    }

    private static void effort(Field effort, ObjectNode config, Leniency leniency) {
        if (effort.absent()) {
            return;
        }
        switch (effort.text()) {
            case "minimal", "low" -> config.put("effort", "low");
            case "medium", "high", "xhigh", "max" -> config.put("effort", effort.text());
            default -> leniency.ignore(effort, effort.unsupported("must be minimal, low, medium, high, xhigh or max."));
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
            case "json_schema" -> {
                ObjectNode schema = format.at("json_schema").at("schema").object();
                config.putObject("format").put("type", "json_schema").set("schema", OutputSchema.of(schema));
            }
            case "json_object" -> leniency.ignore(format, unsupported(format));
            default -> throw unsupported(format);
        }
    }

    private static InvalidParameterException unsupported(Field format) {
        return format.at("type")
                .unsupported("Claude takes text and json_schema, and needs the properties of each object.");
    }
}
