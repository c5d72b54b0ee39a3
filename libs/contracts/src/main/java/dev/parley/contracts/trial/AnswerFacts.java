package dev.parley.contracts.trial;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an answer of Claude took.
 *
 * @param model as Claude names it
 * @param costUsd in US dollars; empty (null in JSON) without a price
 * @param firstTokenMs from the call to the first token; empty (null in JSON) if unknown
 * @param totalMs from the call to the last token; empty (null in JSON) if unknown
 */
public record AnswerFacts(
        String model,
        String stopReason,
        Usage usage,
        Optional<BigDecimal> costUsd,
        OptionalDouble firstTokenMs,
        OptionalDouble totalMs) {}
