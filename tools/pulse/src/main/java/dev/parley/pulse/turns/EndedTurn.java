package dev.parley.pulse.turns;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.EventValue;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A turn event without the text of its messages. Jackson would keep a copy of the properties that it does not know.
 *
 * @param error of a failed answer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EndedTurn(
        GenerationId generation,
        TenantId tenant,
        String model,
        CacheVerdict cache,
        Usage usage,
        Optional<BigDecimal> costUsd,
        List<Attempt> attempts,
        StageTimings timings,
        Instant endedAt,
        Optional<Reason> error) {
    /** The error sent to the client, without its message. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Reason(int status, String type) {}

    /**
     * Reads the value of a turn event.
     *
     * @throws MalformedEventException if it is unreadable; its message quotes nothing of the value
     */
    public static EndedTurn read(byte @Nullable [] value) {
        return EventValue.read("a turn", EndedTurn.class, value);
    }

    /** From the request's headers to the first piece of the answer, if there was one; of a cached answer, to its look-up. */
    OptionalDouble firstTokenMs() {
        double before = timings.sessionMs() + timings.cacheMs();
        if (isCached()) {
            return OptionalDouble.of(before);
        }
        return timings.claudeFirstTokenMs().isPresent()
                ? OptionalDouble.of(before
                        + timings.queueMs().orElse(0)
                        + timings.claudeFirstTokenMs().getAsDouble())
                : OptionalDouble.empty();
    }

    boolean isCached() {
        return cache.isStored();
    }
}
