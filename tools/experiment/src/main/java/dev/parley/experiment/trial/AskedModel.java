package dev.parley.experiment.trial;

import dev.parley.contracts.model.LeastThinking;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model that past turns are asked again of.
 *
 * @param sampling whether it accepts {@code temperature}, {@code top_p} and {@code top_k}, as models before 4.7 do
 * @param thinking the least that it permits; empty if that is unknown
 * @param effort the levels of {@code output_config.effort} that it accepts; empty if that is unknown
 * @param forcedTools whether it accepts a {@code tool_choice} that forces a call
 */
public record AskedModel(
        String name,
        boolean sampling,
        Optional<LeastThinking> thinking,
        Optional<List<String>> effort,
        boolean forcedTools) {
    private static final Set<String> FORCING = Set.of("any", "tool");
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

    /** Changes a request for another model to one for this model, without what this one refuses. */
    void adapt(ObjectNode request) {
        request.put("model", name);
        if (!sampling) {
            request.remove(SAMPLING);
        }
        if (request.path("output_config") instanceof ObjectNode config
                && !accepts(config.path("effort").stringValue(""))) {
            config.remove("effort");
            if (config.isEmpty()) {
                request.remove("output_config");
            }
        }
        if (!forcedTools && request.path("tool_choice") instanceof ObjectNode choice && isForced(choice)) {
            choice.remove("name");
            choice.put("type", "auto");
        }
        thinkingType(request.path("thinking").path("type").stringValue(""))
                .ifPresent(type -> request.putObject("thinking").put("type", type));
    }

    private boolean accepts(String level) {
        return effort.map(levels -> levels.contains(level)).orElse(true);
    }

    private static boolean isForced(ObjectNode choice) {
        return FORCING.contains(choice.path("type").stringValue(""));
    }

    /** The {@code thinking.type} instead of the given one, if that has to change. */
    private Optional<String> thinkingType(String type) {
        // Models since 4.7 refuse a budget of thinking too (platform.claude.com, "Migration guide").
        return type.equals("enabled") && !sampling
                ? Optional.of("adaptive")
                : thinking.flatMap(least -> least.insteadOf(type));
    }
}
