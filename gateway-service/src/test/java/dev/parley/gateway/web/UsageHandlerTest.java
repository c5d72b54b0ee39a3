package dev.parley.gateway.web;

import static dev.parley.testing.Events.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limits.Spending;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class UsageHandlerTest {
    /** Calls with a part of unknown price count as spent, but not in the usage. */
    @Test
    void whatIsLeftIsWhatTheNextRequestMaySpend() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        UsageHandler.putLeft(
                report,
                limits(only -> {
                    only.usdPerDay = Optional.of(BigDecimal.ONE);
                    only.usdPerMonth = Optional.of(BigDecimal.TEN);
                }),
                new Spending(new BigDecimal("0.3"), new BigDecimal("11"), BigDecimal.ZERO));
        assertThat(report.path("left_today_usd").decimalValue()).isEqualByComparingTo("0.7");
        assertThat(report.path("left_this_month_usd").decimalValue()).isEqualByComparingTo("0");
    }
}
