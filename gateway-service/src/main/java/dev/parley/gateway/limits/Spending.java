package dev.parley.gateway.limits;

import java.math.BigDecimal;

/** The spending of a key in US dollars, by UTC day and month, and the amount reserved for running requests. */
public record Spending(BigDecimal today, BigDecimal thisMonth, BigDecimal reserved) {}
