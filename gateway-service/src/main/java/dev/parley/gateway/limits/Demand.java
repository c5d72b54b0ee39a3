package dev.parley.gateway.limits;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import java.math.BigDecimal;

/**
 * The maximum usage of a request, to be reserved from the limits of its key.
 *
 * @param inputTokens an estimate, biased upwards
 * @param costAtMost maximum cost in US dollars; zero for a key without a budget
 */
public record Demand(KeyId key, KeyLimits limits, GenerationId generation, long inputTokens, BigDecimal costAtMost) {}
