package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the operators' report of usage with a sum over the JSON of the turns. */
final class UsageFold {
    private static final List<String> TOKENS =
            List.of("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens");

    private static final Set<String> CACHED = Set.of("exact", "published", "similar", "shared");

    private UsageFold() {}

    /** Waits until the rows of these keys, by day, tenant, key and model, equal the sum of their turns on the log. */
    static void equalsReport(LocalStack stack, IssuedKey... keys) throws Exception {
        for (IssuedKey key : keys) {
            Eventually.value(
                    () -> key.generations(Topics.TURNS.name()).equals(key.generations(Topics.REQUESTS.name())),
                    all -> all);
        }
        Map<String, Map<String, BigDecimal>> expected = new TreeMap<>();
        new TopicReader(stack.kafka())
                .all(Topics.TURNS.name())
                .forEach(turn -> add(expected, JsonMapper.shared().readTree(turn.value()), keys));
        assertThat(expected).hasSizeGreaterThanOrEqualTo(keys.length);
        Eventually.value(() -> reported(stack, keys), expected::equals);
    }

    private static void add(Map<String, Map<String, BigDecimal>> sums, JsonNode turn, IssuedKey... keys) {
        String key = turn.path("key").stringValue("");
        if (Stream.of(keys).noneMatch(one -> one.id().equals(key))) {
            return;
        }
        String row = String.join(
                " ",
                turn.path("ended_at").stringValue("").substring(0, "2026-11-26".length()),
                turn.path("tenant").stringValue(""),
                key,
                turn.at("/message/model").stringValue(turn.path("model").stringValue("")));
        Map<String, BigDecimal> amounts = sums.computeIfAbsent(row, _ -> new TreeMap<>());
        amounts.merge("requests", BigDecimal.ONE, BigDecimal::add);
        boolean cached = CACHED.contains(turn.path("cache").stringValue(""));
        amounts.merge("cached_requests", cached ? BigDecimal.ONE : BigDecimal.ZERO, BigDecimal::add);
        TOKENS.forEach(name -> amounts.merge(name, turn.at("/usage/" + name).decimalValue(), BigDecimal::add));
        amounts.merge("cost_usd", plain(turn.path("cost_usd").decimalValue()), BigDecimal::add);
        amounts.replaceAll((_, amount) -> plain(amount));
    }

    private static Map<String, Map<String, BigDecimal>> reported(LocalStack stack, IssuedKey... keys)
            throws InterruptedException {
        Map<String, Map<String, BigDecimal>> rows = new TreeMap<>();
        for (IssuedKey key : keys) {
            try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
                JsonNode report = gateway.usage("?limit=100&key=" + key.id());
                report.path("rows").forEach(row -> {
                    Map<String, BigDecimal> amounts = new TreeMap<>();
                    Stream.concat(Stream.of("requests", "cached_requests", "cost_usd"), TOKENS.stream())
                            .forEach(name ->
                                    amounts.put(name, plain(row.path(name).decimalValue())));
                    rows.put(
                            String.join(
                                    " ",
                                    row.path("day").stringValue(),
                                    row.path("tenant").stringValue(),
                                    row.path("key").stringValue(),
                                    row.path("model").stringValue()),
                            amounts);
                });
            }
        }
        return rows;
    }

    private static BigDecimal plain(BigDecimal amount) {
        return amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    }
}
