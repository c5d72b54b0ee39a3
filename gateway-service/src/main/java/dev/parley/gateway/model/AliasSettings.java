package dev.parley.gateway.model;

import java.time.Instant;
import java.util.List;

/**
 * A name in requests that stands for a pair of models, between which inference-service chooses.
 *
 * @param displayName the name shown to people
 */
public record AliasSettings(String name, String displayName, String strong, String cheaper) {
    public ModelSettings listed() {
        return new ModelSettings(name, displayName, Instant.EPOCH, true, List.of(Effort.values()), true, true);
    }

    List<String> models() {
        return List.of(strong, cheaper);
    }
}
