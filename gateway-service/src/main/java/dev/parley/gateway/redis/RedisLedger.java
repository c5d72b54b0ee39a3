package dev.parley.gateway.redis;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.limits.BudgetPeriods;
import dev.parley.gateway.limits.DailyUsage;
import dev.parley.gateway.limits.Demand;
import dev.parley.gateway.limits.DollarUnits;
import dev.parley.gateway.limits.Ledger;
import dev.parley.gateway.limits.LedgerVerdict;
import dev.parley.gateway.limits.Limit;
import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.limits.Settlements;
import dev.parley.gateway.limits.Spending;
import dev.parley.gateway.limits.UsageMetric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * The accounts of keys in Redis; each operation is one atomic script. The sums are stored with the offset on
 * {@code chat.turns} up to which they count, so that lost data is counted again from the log, and nothing twice.
 */
public final class RedisLedger implements Ledger, Settlements {
    private static final String PREFIX = "parley:limits:";
    private static final String POSITIONS = PREFIX + "positions";
    private static final String COUNTED = PREFIX + "counted";
    /** In place of {@link #accountWithUsage} for a script that needs no account. */
    private static final List<Object> NO_ACCOUNT = List.of("", "", "", "", "", "");
    /** Between the parts of a field of usage. */
    private static final String SEPARATOR = "|";
    /** Above all budgets, in US dollars: a dearer request is refused in the same way, and its cost may be no long integer. */
    private static final BigDecimal COST_MAX = KeyLimits.USD_MAX.add(BigDecimal.ONE);
    /** Keys whose usage is read, or removed, with one round trip. */
    private static final int KEYS_AT_ONCE = 20;

    private final RedissonClient redis;
    private final Duration lease;
    private final Duration reservationLife;

    public RedisLedger(RedissonClient redis, Duration lease, Duration reservationLife) {
        this.redis = redis;
        this.lease = lease;
        this.reservationLife = reservationLife;
    }

    @Override
    public LedgerVerdict admit(Demand demand, Instant now) {
        KeyLimits limits = demand.limits();
        BudgetPeriods periods = BudgetPeriods.at(now);
        List<?> found = (List<?>) run(
                Script.ADMIT,
                keys(demand.key()),
                demand.generation().value(),
                demand.inputTokens(),
                DollarUnits.of(demand.costAtMost().min(COST_MAX), RoundingMode.CEILING),
                limits.requestsPerMinute().orElse(0L),
                limits.inputTokensPerMinute().orElse(0L),
                limits.outputTokensPerMinute().orElse(0L),
                limits.openStreams().orElse(0L),
                DollarUnits.of(limits.usdPerDay().orElse(BigDecimal.ZERO), RoundingMode.FLOOR),
                DollarUnits.of(limits.usdPerMonth().orElse(BigDecimal.ZERO), RoundingMode.FLOOR),
                periods.day(),
                periods.month(),
                reservationLife.toMillis(),
                lease.toMillis());
        List<String> answer = found.stream().map(Object::toString).toList();
        RateLimits left = RateLimits.of(
                limits,
                Double.parseDouble(answer.get(2)),
                Double.parseDouble(answer.get(3)),
                Double.parseDouble(answer.get(4)),
                now);
        if (answer.getFirst().isEmpty()) {
            return new LedgerVerdict.Granted(left);
        }
        Limit limit = Limit.valueOf(answer.getFirst());
        Duration refill = Duration.ofMillis(Long.parseLong(answer.get(1)));
        return new LedgerVerdict.Refused(left, limit, periods.retryAfter(limit, refill, now), dollars(answer.get(5)));
    }

    @Override
    public void withdraw(Demand demand) {
        Object _ = run(Script.WITHDRAW, keys(demand.key()), demand.generation().value());
    }

    @Override
    public void close(Demand demand) {
        Object _ = run(Script.CLOSE, keys(demand.key()), demand.generation().value());
    }

    @Override
    public void renew(List<Demand> demands) {
        List<Object> streams = new ArrayList<>();
        List<Object> arguments = new ArrayList<>(List.of(lease.toMillis()));
        demands.forEach(demand -> {
            streams.add(openStreams(demand.key()));
            arguments.add(demand.generation().value());
        });
        Object _ = run(Script.RENEW, streams, arguments.toArray());
    }

    @Override
    public Map<Integer, Long> positions() {
        return all(POSITIONS).entrySet().stream()
                .collect(toMap(each -> Integer.valueOf(each.getKey()), each -> Long.valueOf(each.getValue())));
    }

    @Override
    public List<OptionalLong> settle(List<Step> steps) {
        RBatch batch = redis.createBatch();
        steps.forEach(step -> settle(batch, step));
        return batch.execute().getResponses().stream()
                .map(offset -> offset(offset.toString()))
                .toList();
    }

    @Override
    public void counted(Map<Integer, OptionalLong> at, Instant until) {
        List<Object> keys = new ArrayList<>(NO_ACCOUNT);
        keys.add(POSITIONS);
        keys.add(COUNTED);
        List<Object> arguments = new ArrayList<>();
        arguments.add(until.toEpochMilli());
        at.forEach((partition, offset) -> {
            arguments.add(partition);
            arguments.add(text(offset));
        });
        Object _ = run(Script.COUNTED, keys, arguments.toArray());
    }

    /** The time until which all turns are counted; empty while a partition was not read to its end since data was lost. */
    public Optional<Instant> countedUntil() {
        Collection<String> times = all(COUNTED).values();
        return times.size() < Topics.TURNS.partitions()
                ? Optional.empty()
                : times.stream()
                        .map(Long::valueOf)
                        .min(Comparator.naturalOrder())
                        .map(Instant::ofEpochMilli);
    }

    private static void settle(RBatch batch, Step step) {
        List<Object> keys = new ArrayList<>(
                step.settlement().map(used -> accountWithUsage(used.key())).orElse(NO_ACCOUNT));
        keys.add(POSITIONS);
        List<Object> arguments = new ArrayList<>(List.of(step.partition(), text(step.after()), step.offset()));
        arguments.addAll(step.settlement().map(RedisLedger::usage).orElse(List.of("", 0, 0, 0, 0, 0, "", "", 0)));
        add(batch, Script.SETTLE, keys, arguments.toArray());
    }

    private static List<Object> usage(Settlement settlement) {
        BudgetPeriods periods = BudgetPeriods.at(settlement.endedAt());
        List<Object> arguments = new ArrayList<>(List.of(
                settlement.generation().value(),
                DollarUnits.of(settlement.cost(), RoundingMode.CEILING),
                settlement.inputTokens(),
                settlement.outputTokens(),
                settlement.limits().inputTokensPerMinute().orElse(0L),
                settlement.limits().outputTokensPerMinute().orElse(0L),
                periods.day(),
                periods.month(),
                settlement.endedAt().toEpochMilli()));
        settlement.usage().amounts().forEach((metric, amount) -> {
            arguments.add(String.join(
                    SEPARATOR, periods.day(), metric.text(), settlement.usage().model()));
            arguments.add(amount);
        });
        return arguments;
    }

    /** Removes the accounts of keys that have ended, except of those that were used in this month or the previous one. */
    public void forget(List<KeyId> keys, Instant now) {
        String since =
                BudgetPeriods.at(BudgetPeriods.at(now).previousMonthBegan()).month();
        keys.stream().gather(Gatherers.windowFixed(KEYS_AT_ONCE)).forEach(some -> {
            RBatch batch = redis.createBatch();
            some.forEach(key -> add(batch, Script.FORGET, accountWithUsage(key), since));
            batch.execute();
        });
    }

    /** Reads the counted usage of some keys, of the newest two months in which each was used. */
    public void read(List<KeyId> keys, Consumer<DailyUsage> sink) {
        keys.stream().gather(Gatherers.windowFixed(KEYS_AT_ONCE)).forEach(some -> {
            RBatch batch = redis.createBatch();
            List<RFuture<Map<String, String>>> newest =
                    some.stream().map(key -> fields(batch, usageOf(key))).toList();
            List<RFuture<Map<String, String>>> previous = some.stream()
                    .map(key -> fields(batch, previousUsageOf(key)))
                    .toList();
            batch.execute();
            for (int i = 0; i < some.size(); i++) {
                read(some.get(i), newest.get(i).toCompletableFuture().join()).forEach(sink);
                read(some.get(i), previous.get(i).toCompletableFuture().join()).forEach(sink);
            }
        });
    }

    private static RFuture<Map<String, String>> fields(RBatch batch, String name) {
        return batch.<String, String>getMap(name, StringCodec.INSTANCE).readAllMapAsync();
    }

    /** The amounts in the fields of a hash. Those of newer versions are skipped. */
    private static List<DailyUsage> read(KeyId key, Map<String, String> fields) {
        List<DailyUsage> used = new ArrayList<>();
        fields.forEach((field, amount) -> {
            String[] parts = field.split(Pattern.quote(SEPARATOR), 3);
            if (parts.length == 3) {
                TextEnum.find(UsageMetric.class, parts[1])
                        .ifPresent(metric ->
                                used.add(new DailyUsage(key, parts[0], parts[2], metric, Long.parseLong(amount))));
            }
        });
        return used;
    }

    /** The name of a hash with a month, and amounts by day, metric and model. */
    private static String usageOf(KeyId key) {
        return account(key) + ":usage";
    }

    /** The name of such a hash with the last month before that one in which the key was used. */
    private static String previousUsageOf(KeyId key) {
        return usageOf(key) + ":previous";
    }

    /** The spending of a key, and its reservations that have not expired. */
    public Spending spending(KeyId key, Instant now) {
        BudgetPeriods periods = BudgetPeriods.at(now);
        List<?> found = (List<?>) run(Script.SPENDING, keys(key), periods.day(), periods.month());
        List<BigDecimal> amounts =
                found.stream().map(units -> dollars(units.toString())).toList();
        return new Spending(amounts.get(0), amounts.get(1), amounts.get(2));
    }

    /** Runs a script. Results are a list of strings, a string, or a number that callers ignore. */
    private Object run(Script script, List<Object> keys, Object... arguments) {
        return redis.getScript(StringCodec.INSTANCE)
                .eval(Mode.READ_WRITE, script.text(), script.result(), keys, texts(arguments));
    }

    private static void add(RBatch batch, Script script, List<Object> keys, Object... arguments) {
        var _ = batch.getScript(StringCodec.INSTANCE)
                .evalAsync(Mode.READ_WRITE, script.text(), script.result(), keys, texts(arguments));
    }

    private static Object[] texts(Object... arguments) {
        return Stream.of(arguments).map(Object::toString).toArray();
    }

    private static List<Object> keys(KeyId key) {
        String account = account(key);
        return List.of(account, account + ":reserved", account + ":ends", openStreams(key));
    }

    private static String openStreams(KeyId key) {
        return account(key) + ":open";
    }

    private static List<Object> accountWithUsage(KeyId key) {
        List<Object> keys = new ArrayList<>(keys(key));
        keys.add(usageOf(key));
        keys.add(previousUsageOf(key));
        return keys;
    }

    private static String account(KeyId key) {
        return PREFIX + key.value();
    }

    private Map<String, String> all(String name) {
        return redis.<String, String>getMap(name, StringCodec.INSTANCE).readAllMap();
    }

    private static String text(OptionalLong offset) {
        return offset.isPresent() ? Long.toString(offset.getAsLong()) : "";
    }

    private static OptionalLong offset(@Nullable String text) {
        return text == null || text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private static BigDecimal dollars(String units) {
        return DollarUnits.dollars(new BigDecimal(units));
    }
}
