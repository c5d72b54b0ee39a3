package dev.parley.gateway.model;

import java.time.Instant;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One entry of the model list.
 *
 * @param id the name used in requests
 * @param displayName the name shown to people
 * @param created release time; 1970 if unknown, as in Claude's API
 * @param sampling whether the model accepts other values than 1 of {@code temperature} or {@code top_p}, and {@code top_k}
 * @param effort the levels that the model accepts; empty if it has no {@code output_config.effort}
 * @param forcedTools whether the model accepts a {@code tool_choice} that forces a call
 * @param prefill whether the model continues a last message of the assistant
 */
public record ModelSettings(
        String id,
        String displayName,
        @DefaultValue("1970-01-01T00:00:00Z") Instant created,
        @DefaultValue("true") boolean sampling,

        @DefaultValue({"low", "medium", "high", "xhigh", "max"})
        List<Effort> effort,

        @DefaultValue("true") boolean forcedTools,
        @DefaultValue("true") boolean prefill) {
    public ModelSettings {
        effort = List.copyOf(effort);
    }

    ModelSettings named(String name) {
        return new ModelSettings(name, displayName, created, sampling, effort, forcedTools, prefill);
    }
}
