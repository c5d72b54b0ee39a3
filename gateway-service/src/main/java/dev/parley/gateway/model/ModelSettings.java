package dev.parley.gateway.model;

import java.time.Instant;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One model.
 *
 * @param id what requests call it
 * @param displayName what people call it
 * @param created when it came out; 1970 where that is not known, as Claude has it
 */
public record ModelSettings(
        String id,
        String displayName,
        @DefaultValue("1970-01-01T00:00:00Z") Instant created) {}
