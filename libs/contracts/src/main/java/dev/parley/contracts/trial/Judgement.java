package dev.parley.contracts.trial;

import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A blind comparison of two answers, made twice: once in each order.
 *
 * @param model the judge
 * @param verdict the trial's answer against the original one: {@link Verdict#of} both orders
 * @param placedFirst the verdict with the trial's answer first
 * @param placedSecond the verdict with the trial's answer second
 * @param usage of both calls
 * @param costUsd of both calls, in US dollars; empty (null in JSON) without a price
 */
public record Judgement(
        String model,
        Verdict verdict,
        Verdict placedFirst,
        Verdict placedSecond,
        Usage usage,
        Optional<BigDecimal> costUsd) {}
