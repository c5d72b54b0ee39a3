package dev.parley.gateway.limits;

import java.math.BigDecimal;

/** What a key has spent by now, in US dollars by UTC, and what is reserved for requests under way. */
public record Spending(BigDecimal today, BigDecimal thisMonth, BigDecimal reserved) {}
