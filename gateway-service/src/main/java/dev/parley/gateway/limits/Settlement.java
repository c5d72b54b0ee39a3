package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The actual usage of a request that has ended.
 *
 * @param cost actual cost in US dollars, as far as it is known
 * @param inputTokens input tokens, without those read from Claude's prompt cache
 * @param usage for the usage report of the key
 */
public record Settlement(
        KeyId key,
        KeyLimits limits,
        GenerationId generation,
        BigDecimal cost,
        long inputTokens,
        long outputTokens,
        RequestUsage usage,
        Instant endedAt) {}
