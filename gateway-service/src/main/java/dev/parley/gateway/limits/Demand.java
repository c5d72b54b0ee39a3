package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import java.math.BigDecimal;

/**
 * What a request asks of its key.
 *
 * @param inputTokens an estimate that is rather too high
 * @param costAtMost in US dollars; zero for a key without a budget
 */
public record Demand(KeyId key, KeyLimits limits, GenerationId generation, long inputTokens, BigDecimal costAtMost) {}
