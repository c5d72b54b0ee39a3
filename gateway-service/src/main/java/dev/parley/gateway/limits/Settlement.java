package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a request took in the end.
 *
 * @param cost in US dollars
 * @param inputTokens without those that Claude read from its prompt cache
 */
public record Settlement(
        KeyId key,
        KeyLimits limits,
        GenerationId generation,
        BigDecimal cost,
        long inputTokens,
        long outputTokens,
        Instant endedAt) {}
