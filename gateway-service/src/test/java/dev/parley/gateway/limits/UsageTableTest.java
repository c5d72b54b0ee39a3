package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.gateway.limits.UsageTable.Row;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageTableTest {
    private static final KeyId WEB = new KeyId("key_" + "1".repeat(32));
    private static final KeyId APP = new KeyId("key_" + "2".repeat(32));

    @Test
    void addsUpByTheDimensionsInTheirOrder() {
        UsageTable table = table(UsageDimension.MODEL, UsageDimension.TENANT);

        assertThat(table.dimensions()).containsExactly(UsageDimension.TENANT, UsageDimension.MODEL);
        assertThat(table.rows())
                .containsExactly(
                        new Row(List.of("acme", "haiku"), Map.of(UsageMetric.REQUESTS, 3L)),
                        new Row(List.of("acme", "opus"), Map.of(UsageMetric.REQUESTS, 4L)),
                        new Row(List.of("beta", "haiku"), Map.of(UsageMetric.REQUESTS, 8L)));
        assertThat(table.total()).isEqualTo(Map.of(UsageMetric.REQUESTS, 15L));
    }

    @Test
    void hasOneRowWithoutDimensions() {
        assertThat(table().rows()).containsExactly(new Row(List.of(), Map.of(UsageMetric.REQUESTS, 15L)));
    }

    @Test
    void countsItsRows() {
        assertThat(table(UsageDimension.values()).size()).isEqualTo(4);
    }

    private static UsageTable table(UsageDimension... dimensions) {
        UsageTable table = new UsageTable(Set.of(dimensions));
        table.add("acme", used(WEB, "2026-11-01", "haiku", 1));
        table.add("acme", used(WEB, "2026-11-02", "haiku", 2));
        table.add("acme", used(WEB, "2026-11-02", "opus", 4));
        table.add("beta", used(APP, "2026-11-02", "haiku", 8));
        return table;
    }

    private static DailyUsage used(KeyId key, String day, String model, long requests) {
        return new DailyUsage(key, day, model, UsageMetric.REQUESTS, requests);
    }
}
