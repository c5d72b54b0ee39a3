package dev.parley.gateway.web.usage;

import static dev.parley.testing.Events.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.gateway.limits.BudgetPeriods;
import dev.parley.gateway.limits.DailyUsage;
import dev.parley.gateway.limits.Spending;
import dev.parley.gateway.limits.UsageMetric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class UsageHandlerTest {
    private static final Instant UNTIL = Instant.parse("2026-11-30T11:59:58Z");
    private static final KeyId KEY = new KeyId("key_" + "0".repeat(32));

    @Test
    void reportsTheUsageOfTodayAndOfTheMonthByModel() {
        List<DailyUsage> used = List.of(
                new DailyUsage(KEY, "2026-10-31", "claude-a", UsageMetric.REQUESTS, 8),
                new DailyUsage(KEY, "2026-11-29", "claude-a", UsageMetric.REQUESTS, 1),
                new DailyUsage(KEY, "2026-11-30", "claude-a", UsageMetric.REQUESTS, 2),
                new DailyUsage(KEY, "2026-11-30", "claude-c", UsageMetric.REQUESTS, 4),
                new DailyUsage(KEY, "2026-11-30", "claude-c", UsageMetric.COST_USD, 150_000_000));

        ObjectNode report = UsageHandler.report(
                KEY, Optional.of(UNTIL), used, BudgetPeriods.at(Instant.parse("2026-11-30T12:00:00Z")));

        assertThat(report.path("key").stringValue()).isEqualTo(KEY.value());
        assertThat(report.path("counted_until").stringValue()).isEqualTo(UNTIL.toString());
        assertThat(report.at("/today/requests").longValue()).isEqualTo(6);
        assertThat(report.at("/today/cost_usd").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(report.at("/today/input_tokens").longValue()).isZero();
        assertThat(report.at("/month/requests").longValue()).isEqualTo(7);
        assertThat(report.at("/month/models").propertyNames()).containsExactly("claude-a", "claude-c");
        assertThat(report.at("/month/models/claude-a/requests").longValue()).isEqualTo(3);
        assertThat(report.at("/month/models/claude-c/requests").longValue()).isEqualTo(4);
    }

    @Test
    void reportsNothingUsedAsZero() {
        ObjectNode report = UsageHandler.report(
                KEY, Optional.empty(), List.of(), BudgetPeriods.at(Instant.parse("2026-11-30T12:00:00Z")));

        assertThat(report.at("/month/requests").longValue()).isZero();
        assertThat(report.at("/month/models").isEmpty()).isTrue();
        assertThat(report.path("counted_until").isNull()).isTrue();
    }

    /** Calls with a part of unknown price count as spent, but not in the usage. */
    @ParameterizedTest
    @CsvSource({
        "0.3, 4, 0, 0.7, 6",
        "0.3, 4, 0.5, 0.2, 5.5",
        "0.3, 9.5, 0, 0.5, 0.5",
        "0.3, 11, 0, 0, 0",
        "0.8, 4, 0.5, 0, 5.5",
    })
    void whatIsLeftIsWhatTheNextRequestMaySpend(
            BigDecimal today,
            BigDecimal thisMonth,
            BigDecimal reserved,
            BigDecimal leftToday,
            BigDecimal leftThisMonth) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        UsageHandler.putLeft(
                report,
                limits(only -> {
                    only.usdPerDay = Optional.of(BigDecimal.ONE);
                    only.usdPerMonth = Optional.of(BigDecimal.TEN);
                }),
                new Spending(today, thisMonth, reserved));
        assertThat(report.path("left_today_usd").decimalValue()).isEqualByComparingTo(leftToday);
        assertThat(report.path("left_this_month_usd").decimalValue()).isEqualByComparingTo(leftThisMonth);
    }

    @Test
    void onlyTheBudgetsOfTheKeyAreReported() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        UsageHandler.putLeft(
                report,
                limits(only -> only.usdPerDay = Optional.of(BigDecimal.ONE)),
                new Spending(BigDecimal.ZERO, BigDecimal.TEN, new BigDecimal("0.5")));
        assertThat(report.propertyNames()).containsExactly("left_today_usd");
        assertThat(report.path("left_today_usd").decimalValue()).isEqualByComparingTo("0.5");
    }
}
