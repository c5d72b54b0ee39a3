package dev.parley.experiment.trial;

import dev.parley.contracts.model.LeastThinking;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model that past turns are asked again of.
 *
 * @param sampling whether it accepts {@code temperature}, {@code top_p} and {@code top_k}, as models before 4.7 do
 * @param thinking the least that it permits; empty if that is unknown
 */
public record AskedModel(String name, boolean sampling, Optional<LeastThinking> thinking) {
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

    /** Changes a request for another model to one for this model, without what this one refuses. */
    void adapt(ObjectNode request) {
        request.put("model", name);
        if (!sampling) {
            request.remove(SAMPLING);
        }
        thinkingType(request.path("thinking").path("type").stringValue(""))
                .ifPresent(type -> request.putObject("thinking").put("type", type));
    }

    /** The {@code thinking.type} instead of the given one, if that has to change. */
    private Optional<String> thinkingType(String type) {
        if (LeastThinking.isAskedBy(type)) {
            return thinking.map(LeastThinking::thinkingType);
        }
        // Models since 4.7 refuse a budget of thinking too (platform.claude.com, "Migration guide").
        return type.equals("enabled") && !sampling ? Optional.of("adaptive") : Optional.empty();
    }
}
