package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.gateway.limits.UsageTable.Row;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageTableTest {
    private static final KeyId WEB = new KeyId("key_" + "1".repeat(32));
    private static final KeyId APP = new KeyId("key_" + "2".repeat(32));

    @Test
    void addsUpByTheDimensionsInTheirOrder() {
        UsageTable table = table(UsageDimension.MODEL, UsageDimension.TENANT);

        assertThat(table.rows().getFirst().values().keySet())
                .containsExactly(UsageDimension.TENANT, UsageDimension.MODEL);
        assertThat(table.rows())
                .containsExactly(row("acme", "haiku", 3), row("acme", "opus", 4), row("beta", "haiku", 8));
        assertThat(table.total()).isEqualTo(Map.of(UsageMetric.REQUESTS, 15L));
    }

    @Test
    void hasOneRowWithoutDimensions() {
        assertThat(table().rows()).containsExactly(new Row(Map.of(), Map.of(UsageMetric.REQUESTS, 15L)));
    }

    @Test
    void countsItsRows() {
        assertThat(table(UsageDimension.values()).size()).isEqualTo(4);
    }

    private static Row row(String tenant, String model, long requests) {
        return new Row(
                Map.of(UsageDimension.TENANT, tenant, UsageDimension.MODEL, model),
                Map.of(UsageMetric.REQUESTS, requests));
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
