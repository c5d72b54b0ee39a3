package dev.parley.gateway.model;

import java.time.Instant;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One entry of the model list.
 *
 * @param id the name used in requests
 * @param displayName the name shown to people
 * @param created release time; 1970 if unknown, as in Claude's API
 * @param sampling whether the model accepts other values than 1 of {@code temperature} or {@code top_p}
 */
public record ModelSettings(
        String id,
        String displayName,
        @DefaultValue("1970-01-01T00:00:00Z") Instant created,
        @DefaultValue("true") boolean sampling) {}
