package dev.parley.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.limits.DailyUsage;
import dev.parley.gateway.limits.Demand;
import dev.parley.gateway.limits.Ledger;
import dev.parley.gateway.limits.LedgerContract;
import dev.parley.gateway.limits.LedgerVerdict.Granted;
import dev.parley.gateway.limits.Limit;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.LimitDecision;
import dev.parley.gateway.limits.LimitDecision.Admitted;
import dev.parley.gateway.limits.LimitDecision.LimitReached;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.limits.LocalLedger;
import dev.parley.gateway.limits.RequestUsage;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.limits.Settlements.Step;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.limits.UsageMetric;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.localstack.LocalRedis;
import dev.parley.testing.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode.InfoSection;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.codec.StringCodec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RedisLedgerIT extends LedgerContract {
    /** Longer than two requests take on a busy machine. */
    private static final Duration LEASE = Duration.ofSeconds(3);

    private static final Duration LIFE = LEASE;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final RequestUsage NO_USAGE = new RequestUsage("claude-x", Map.of());
    private static final OptionalLong NOWHERE = OptionalLong.empty();
    private static final KeyLimits DOLLAR = limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
    private static final KeyLimits INPUT_ONLY = limits(NO_LIMIT, Optional.of(1_000L), NO_LIMIT, NO_BUDGET);
    private static final KeyLimits OUTPUT_ONLY = limits(NO_LIMIT, NO_LIMIT, Optional.of(1_000L), NO_BUDGET);

    private static final LocalRedis SERVER = LocalRedis.start();
    private static final RedissonClient CLIENT = RedisClients.connect(
            new RedisSettings(SERVER.url(), "", Duration.ofSeconds(2), Duration.ofSeconds(2), 8),
            "test",
            StringCodec.INSTANCE);

    private final RedisLedger ledger = new RedisLedger(CLIENT, LEASE, Duration.ofMinutes(5));

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SERVER.close();
    }

    @BeforeEach
    void clear() {
        CLIENT.getKeys().flushdb();
    }

    @Override
    protected Ledger ledger() {
        return ledger;
    }

    @Test
    void settlesTheActualCostOfARequest() {
        Demand demand = demand(DOLLAR, 1, "0.9");
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        refused(admit(DOLLAR, 1, "0.2"), Limit.RESERVED);
        assertThat(ledger.spending(key, now).reserved()).isEqualByComparingTo("0.9");

        assertThat(settle(3, NOWHERE, 40, Optional.of(end(demand, "0.3", now)))).hasValue(40);

        assertThat(ledger.spending(key, now).reserved()).isEqualByComparingTo("0");
        assertThat(ledger.spending(key, now).today()).isEqualByComparingTo("0.3");
        assertThat(ledger.spending(key, now).thisMonth()).isEqualByComparingTo("0.3");
        var refused = refused(admit(DOLLAR, 1, "0.71"), Limit.DAY);
        assertThat(refused.left()).isEqualByComparingTo("0.7");
        assertThat(admit(DOLLAR, 1, "0.7")).isInstanceOf(Granted.class);
    }

    @Test
    void namesTheSpentBudgetRatherThanTheReservedOne() {
        KeyLimits limits = Events.limits(key -> {
            key.usdPerDay = Optional.of(new BigDecimal("1"));
            key.usdPerMonth = Optional.of(new BigDecimal("2"));
        });
        Instant yesterday = Instant.parse("2026-11-29T12:00:00Z");
        Instant today = Instant.parse("2026-11-30T12:00:00Z");
        settle(0, NOWHERE, 1, Optional.of(end(demand(limits, 1, "0"), "1.4", yesterday)));
        assertThat(ledger.admit(demand(limits, 1, "0.5"), today)).isInstanceOf(Granted.class);

        refused(ledger.admit(demand(limits, 1, "0.55"), today), Limit.RESERVED);
        var refused = refused(ledger.admit(demand(limits, 1, "0.7"), today), Limit.MONTH);
        assertThat(refused.left()).isEqualByComparingTo("0.1");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void settlesEachOffsetOnce() {
        Demand demand = demand(DOLLAR, 1, "0.5");
        Optional<Settlement> end = Optional.of(end(demand, "0.3", now));
        assertThat(settle(3, NOWHERE, 40, end)).hasValue(40);
        assertThat(settle(3, NOWHERE, 40, end)).hasValue(40);
        assertThat(settle(3, OptionalLong.of(39), 41, end)).hasValue(40);
        assertThat(ledger.spending(key, now).today()).isEqualByComparingTo("0.3");

        assertThat(settle(3, OptionalLong.of(40), 41, end)).hasValue(41);
        assertThat(settle(4, NOWHERE, 7, end)).hasValue(7);
        assertThat(ledger.spending(key, now).today()).isEqualByComparingTo("0.9");
        assertThat(ledger.positions()).isEqualTo(Map.of(3, 41L, 4, 7L));
    }

    @Test
    void settlesTogetherUpToAStepThatDoesNotFollow() {
        Optional<Settlement> end = Optional.of(end(demand(DOLLAR, 1, "0.5"), "0.1", now));

        var reached = ledger.settle(List.of(
                new Step(3, NOWHERE, 40, end),
                new Step(4, NOWHERE, 7, end),
                new Step(3, OptionalLong.of(40), 41, Optional.empty()),
                new Step(3, OptionalLong.of(42), 43, end),
                new Step(4, OptionalLong.of(7), 9, end)));

        assertThat(reached)
                .containsExactly(
                        OptionalLong.of(40),
                        OptionalLong.of(7),
                        OptionalLong.of(41),
                        OptionalLong.of(41),
                        OptionalLong.of(9));
        assertThat(ledger.spending(key, now).today()).isEqualByComparingTo("0.3");
    }

    @Test
    void reportsNoPositionAfterLosingItsData() {
        Demand demand = demand(DOLLAR, 1, "0.5");
        assertThat(settle(3, NOWHERE, 40, Optional.of(end(demand, "0.3", now)))).hasValue(40);
        CLIENT.getKeys().flushdb();
        assertThat(settle(3, OptionalLong.of(40), 41, Optional.of(end(demand, "0.3", now))))
                .isEmpty();
        assertThat(ledger.spending(key, now).today()).isEqualByComparingTo("0");
    }

    @Test
    void storesAnOffsetWithoutASettlement() {
        assertThat(settle(3, NOWHERE, 40, Optional.empty())).hasValue(40);
        assertThat(ledger.positions()).isEqualTo(Map.of(3, 40L));
    }

    @Test
    void allIsCountedUntilTheEarliestTimeOfAPartition() {
        Map<Integer, OptionalLong> all = new HashMap<>();
        for (int partition = 0; partition < Topics.TURNS.partitions(); partition++) {
            all.put(partition, NOWHERE);
        }
        settle(3, NOWHERE, 40, Optional.empty());
        ledger.counted(all, now);
        assertThat(ledger.countedUntil()).as("3 is elsewhere").isEmpty();

        ledger.counted(Map.of(3, OptionalLong.of(40)), now.minusSeconds(5));
        assertThat(ledger.countedUntil()).hasValue(now.minusSeconds(5).truncatedTo(ChronoUnit.MILLIS));
        all.put(3, OptionalLong.of(39));
        ledger.counted(all, now.plusSeconds(5));
        assertThat(ledger.countedUntil()).hasValue(now.minusSeconds(5).truncatedTo(ChronoUnit.MILLIS));

        clear();
        ledger.counted(Map.of(3, OptionalLong.of(40)), now);
        assertThat(ledger.countedUntil()).isEmpty();
    }

    @Test
    void countsEachDayAndMonthSeparately() {
        Instant evening = Instant.parse("2026-11-30T23:00:00Z");
        Instant morning = Instant.parse("2026-12-01T01:00:00Z");
        settle(0, NOWHERE, 1, Optional.of(end(demand(DOLLAR, 1, "0"), "0.4", evening)));
        settle(0, OptionalLong.of(1), 2, Optional.of(end(demand(DOLLAR, 1, "0"), "0.1", morning)));
        settle(0, OptionalLong.of(2), 3, Optional.of(end(demand(DOLLAR, 1, "0"), "0.2", evening)));

        assertThat(ledger.spending(key, morning).today()).isEqualByComparingTo("0.1");
        assertThat(ledger.spending(key, morning).thisMonth()).isEqualByComparingTo("0.1");
    }

    /** Else the clock of one replica would end the budgets of a period early. */
    @Test
    void countsThePeriodThatAnEndInTheFutureSeemsToEnd() {
        KeyLimits limits = Events.limits(key -> {
            key.usdPerDay = Optional.of(new BigDecimal("2"));
            key.usdPerMonth = Optional.of(new BigDecimal("1"));
        });
        Instant evening = Instant.parse("2026-11-30T23:30:00Z");
        Instant ahead = evening.plus(Duration.ofHours(1));
        settle(0, NOWHERE, 1, Optional.of(end(demand(limits, 1, "0"), "0.25", evening)));
        settle(0, OptionalLong.of(1), 2, Optional.of(end(demand(limits, 1, "0"), "0.1", ahead)));
        settle(0, OptionalLong.of(2), 3, Optional.of(end(demand(limits, 1, "0"), "0.5", evening)));

        assertThat(ledger.spending(key, evening).today()).isEqualByComparingTo("0.75");
        assertThat(ledger.spending(key, evening).thisMonth()).isEqualByComparingTo("0.75");
        assertThat(ledger.spending(key, ahead).thisMonth()).isEqualByComparingTo("0.1");
        var refused = refused(ledger.admit(demand(limits, 1, "0.5"), evening), Limit.MONTH);
        assertThat(refused.left()).isEqualByComparingTo("0.25");
        assertThat(ledger.admit(demand(limits, 1, "0.5"), ahead)).isInstanceOf(Granted.class);
    }

    /** As the first turn of a key, and as after a loss of data, when partitions are counted again one after the other. */
    @Test
    void countsThePeriodBeforeOneThatBeganEarly() {
        Instant first = Instant.parse("2026-10-31T12:00:00Z");
        Instant evening = Instant.parse("2026-11-30T23:30:00Z");
        Instant ahead = evening.plus(Duration.ofHours(1));
        settle(0, NOWHERE, 1, Optional.of(end(demand(DOLLAR, 1, "0"), "0.1", ahead)));
        settle(1, NOWHERE, 1, Optional.of(end(demand(DOLLAR, 1, "0"), "0.9", first)));
        settle(1, OptionalLong.of(1), 2, Optional.of(end(demand(DOLLAR, 1, "0"), "0.5", evening)));
        settle(1, OptionalLong.of(2), 3, Optional.of(end(demand(DOLLAR, 1, "0"), "0.25", evening)));
        settle(2, NOWHERE, 1, Optional.of(end(demand(DOLLAR, 1, "0"), "0.9", first)));

        assertThat(ledger.spending(key, evening).thisMonth()).isEqualByComparingTo("0.75");
        refused(ledger.admit(demand(DOLLAR, 1, "0.5"), evening), Limit.DAY);
    }

    @Test
    void countsTheUsageOfEachDayByModelOnce() {
        Instant yesterday = Instant.parse("2026-11-29T12:00:00Z");
        Instant today = Instant.parse("2026-11-30T12:00:00Z");
        settle(0, NOWHERE, 1, used("claude-a|b", 10, yesterday));
        settle(0, OptionalLong.of(1), 2, used("claude-a|b", 20, today));
        settle(0, OptionalLong.of(1), 2, used("claude-a|b", 20, today));
        settle(1, NOWHERE, 1, used("claude-c", 40, today));

        List<DailyUsage> read = new ArrayList<>();
        ledger.read(List.of(key), read::add);

        assertThat(read)
                .filteredOn(used -> used.metric() == UsageMetric.INPUT_TOKENS)
                .containsExactlyInAnyOrder(
                        new DailyUsage(key, "2026-11-29", "claude-a|b", UsageMetric.INPUT_TOKENS, 10),
                        new DailyUsage(key, "2026-11-30", "claude-a|b", UsageMetric.INPUT_TOKENS, 20),
                        new DailyUsage(key, "2026-11-30", "claude-c", UsageMetric.INPUT_TOKENS, 40));
        assertThat(read)
                .contains(
                        new DailyUsage(key, "2026-11-30", "claude-a|b", UsageMetric.REQUESTS, 1),
                        new DailyUsage(key, "2026-11-30", "claude-c", UsageMetric.SAVED_BY_PROMPT_CACHE_USD, -5))
                .hasSize(9);
    }

    /** As after a loss of data, when partitions are counted again one after the other. */
    @Test
    void keepsTheUsageOfThePreviousMonthInAnyOrder() {
        Instant september = Instant.parse("2026-09-30T12:00:00Z");
        Instant october = Instant.parse("2026-10-31T12:00:00Z");
        Instant november = Instant.parse("2026-11-30T12:00:00Z");
        settle(0, NOWHERE, 1, used("claude-a", 1, october));
        settle(0, OptionalLong.of(1), 2, used("claude-a", 2, november));
        settle(1, NOWHERE, 1, used("claude-a", 4, september));
        settle(1, OptionalLong.of(1), 2, used("claude-a", 8, october));
        settle(1, OptionalLong.of(2), 3, used("claude-a", 16, november));

        List<DailyUsage> read = new ArrayList<>();
        ledger.read(List.of(new KeyId("key_" + "0".repeat(32)), key), read::add);

        assertThat(read)
                .filteredOn(used -> used.metric() == UsageMetric.INPUT_TOKENS)
                .containsExactlyInAnyOrder(
                        new DailyUsage(key, "2026-10-31", "claude-a", UsageMetric.INPUT_TOKENS, 9),
                        new DailyUsage(key, "2026-11-30", "claude-a", UsageMetric.INPUT_TOKENS, 18));
    }

    @Test
    void forgetsKeysThatWereNotUsedSinceThePreviousMonth() {
        Instant october = Instant.parse("2026-10-31T12:00:00Z");
        KeyLimits limits = limits(Optional.of(60L), NO_LIMIT, NO_LIMIT, Optional.of(new BigDecimal("1")));
        assertThat(admit(limits, 1, "0.5")).isInstanceOf(Granted.class);
        settle(0, NOWHERE, 1, used("claude-a", 10, Instant.parse("2026-09-30T12:00:00Z")));
        settle(0, OptionalLong.of(1), 2, used("claude-a", 10, october));
        List<String> account = accounts();
        assertThat(account).hasSize(5);

        ledger.forget(List.of(key), Instant.parse("2026-11-30T23:00:00Z"));
        assertThat(accounts()).isEqualTo(account);
        ledger.forget(List.of(new KeyId("key_" + "0".repeat(32))), Instant.parse("2026-12-01T01:00:00Z"));
        assertThat(accounts()).isEqualTo(account);
        ledger.forget(List.of(key), Instant.parse("2026-12-01T01:00:00Z"));
        assertThat(accounts()).isEmpty();
        assertThat(ledger.positions()).isEqualTo(Map.of(0, 2L));
    }

    private static List<String> accounts() {
        List<String> names = new ArrayList<>();
        CLIENT.getKeys().getKeys().forEach(names::add);
        names.remove("parley:limits:positions");
        return names.stream().sorted().toList();
    }

    @Test
    void skipsMetricsOfNewerVersions() {
        settle(0, NOWHERE, 1, used("claude-a", 10, now));
        CLIENT.getMap("parley:limits:" + key.value() + ":usage", StringCodec.INSTANCE)
                .put("2026-11-30|not_invented_yet|claude-a", "7");

        List<DailyUsage> read = new ArrayList<>();
        ledger.read(List.of(key), read::add);

        assertThat(read).hasSize(3).noneMatch(used -> used.amount() == 7);
    }

    @Test
    void correctsTheTokensAtSettlement() {
        KeyLimits limits = limits(NO_LIMIT, Optional.of(10_000L), Optional.of(1_000L), NO_BUDGET);
        Demand demand = demand(limits, 9_000, "0");
        long begun = System.nanoTime();
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        refused(admit(limits, 5_000, "0"), Limit.INPUT_TOKENS);
        Settlement end = new Settlement(key, limits, demand.generation(), BigDecimal.ZERO, 2_000, 3_000, NO_USAGE, now);
        settle(0, NOWHERE, 1, Optional.of(end));

        var refused = refused(admit(limits, 5_000, "0"), Limit.OUTPUT_TOKENS);
        long refilled = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) * 10_000 / 60_000 + 1;
        assertThat(refused.limits().inputTokens().orElseThrow().remaining()).isBetween(8_000L, 8_000 + refilled);
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(115), Duration.ofSeconds(121));
    }

    /** Else a limit that is set again refuses for hours, because of an estimate. */
    @Test
    void returnsReservedTokensAlsoAfterTheirLimitWasRemoved() {
        Demand demand = demand(INPUT_ONLY, 1_000_000, "0");
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        refused(admit(INPUT_ONLY, 1, "0"), Limit.INPUT_TOKENS);
        Settlement end =
                new Settlement(key, KeyLimits.NONE, demand.generation(), BigDecimal.ZERO, 100, 1, NO_USAGE, now);
        settle(0, NOWHERE, 1, Optional.of(end));

        assertThat(admit(INPUT_ONLY, 900, "0")).isInstanceOf(Granted.class);
    }

    @Test
    void chargesNoInputToALimitThatIsSetDuringARequest() {
        Demand demand = demand(OUTPUT_ONLY, 1_000_000, "0");
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        Settlement end =
                new Settlement(key, INPUT_ONLY, demand.generation(), BigDecimal.ZERO, 200_000, 1, NO_USAGE, now);
        settle(0, NOWHERE, 1, Optional.of(end));

        assertThat(admit(INPUT_ONLY, 1_000, "0")).isInstanceOf(Granted.class);
    }

    @Test
    void returnsNoInputToALimitThatIsSetDuringARequest() {
        Demand demand = demand(OUTPUT_ONLY, 1_000_000, "0");
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        assertThat(admit(INPUT_ONLY, 1_000, "0")).isInstanceOf(Granted.class);
        ledger.withdraw(demand);

        refused(admit(INPUT_ONLY, 1_000, "0"), Limit.INPUT_TOKENS);
    }

    @Test
    void forgetsTheOutputOfALimitThatWasRemoved() {
        settle(0, NOWHERE, 1, output(OUTPUT_ONLY, 1_000_000, now));
        refused(admit(OUTPUT_ONLY, 1, "0"), Limit.OUTPUT_TOKENS);
        // A key without any metered limit reaches no ledger.
        KeyLimits without = Events.limits(key -> key.openStreams = Optional.of(9L));
        assertThat(admit(without, 1, "0")).isInstanceOf(Granted.class);
        assertThat(admit(OUTPUT_ONLY, 1, "0")).isInstanceOf(Granted.class);
    }

    /** Else a request that never reached the log would use up its limit for hours. */
    @Test
    void returnsTheTokensOfAReservationThatHasExpired() {
        RedisLedger hasty = new RedisLedger(CLIENT, LEASE, LIFE);
        assertThat(hasty.admit(demand(INPUT_ONLY, 1_000_000, "0"), now)).isInstanceOf(Granted.class);
        refused(admit(INPUT_ONLY, 1_000, "0"), Limit.INPUT_TOKENS);
        await().atMost(TIMEOUT).until(() -> admit(INPUT_ONLY, 1_000, "0") instanceof Granted);
    }

    /** Its estimate is corrected when it ends, which may be soon. */
    @Test
    void aRunningRequestAboveTheTokenLimitDelaysOthersByAMinute() {
        Demand demand = demand(INPUT_ONLY, 1_000_000, "0");
        assertThat(ledger.admit(demand, now)).isInstanceOf(Granted.class);
        assertThat(refused(admit(INPUT_ONLY, 1, "0"), Limit.INPUT_TOKENS).retryAfter())
                .isEqualTo(Duration.ofMinutes(1));

        Settlement end = new Settlement(key, INPUT_ONLY, demand.generation(), BigDecimal.ZERO, 5_000, 1, NO_USAGE, now);
        settle(0, NOWHERE, 1, Optional.of(end));
        assertThat(refused(admit(INPUT_ONLY, 1, "0"), Limit.INPUT_TOKENS).retryAfter())
                .isGreaterThan(Duration.ofMinutes(3));
    }

    /** As after a look-up in Redis that was late: the local ledger does not count output. */
    @Test
    void countsTheOutputOfARequestThatAnotherLedgerGranted() {
        settle(0, NOWHERE, 1, output(OUTPUT_ONLY, 3_000, now));

        var refused = refused(admit(OUTPUT_ONLY, 1, "0"), Limit.OUTPUT_TOKENS);
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(115), Duration.ofSeconds(121));
    }

    /** Else a key would get nothing for hours, because Redis has lost its data and all turns are counted again. */
    @Test
    void countsOfEarlierOutputOnlyWhatIsNotRefilledSince() {
        for (int i = 0; i < 60; i++) {
            settle(i, NOWHERE, 1, output(OUTPUT_ONLY, 3_000, now.minus(Duration.ofMinutes(3 + i))));
        }
        assertThat(admit(OUTPUT_ONLY, 1, "0")).isInstanceOf(Granted.class);

        settle(60, NOWHERE, 1, output(OUTPUT_ONLY, 3_000, now.minus(Duration.ofMinutes(1))));
        var refused = refused(admit(OUTPUT_ONLY, 1, "0"), Limit.OUTPUT_TOKENS);
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(61));
    }

    private Optional<Settlement> output(KeyLimits limits, long tokens, Instant at) {
        Demand demand = demand(limits, 1, "0");
        return Optional.of(new Settlement(key, limits, demand.generation(), BigDecimal.ZERO, 1, tokens, NO_USAGE, at));
    }

    /** Else a key whose limit is used up would get nothing until the clock is where it was. */
    @Test
    void refillsAfterAStepBackOfTheClockOfRedis() {
        KeyLimits limits = limits(Optional.of(600L), NO_LIMIT, NO_LIMIT, NO_BUDGET);
        String ahead = Long.toString(now.plus(Duration.ofMinutes(20)).toEpochMilli());
        CLIENT.getMap("parley:limits:" + key.value(), StringCodec.INSTANCE)
                .putAll(Map.of("requests", "0", "requests_at", ahead));
        refused(admit(limits, 1, "0"), Limit.REQUESTS);
        await().atMost(TIMEOUT).until(() -> admit(limits, 1, "0") instanceof Granted);
    }

    @Test
    void expiresAReservationWithoutATurn() {
        RedisLedger hasty = new RedisLedger(CLIENT, LEASE, LIFE);
        assertThat(hasty.admit(demand(DOLLAR, 1, "1"), now)).isInstanceOf(Granted.class);
        refused(admit(DOLLAR, 1, "1"), Limit.RESERVED);
        await().atMost(TIMEOUT).until(() -> hasty.admit(demand(DOLLAR, 1, "1"), now) instanceof Granted);
        assertThat(ledger.spending(key, now).reserved()).isEqualByComparingTo("1");
    }

    /** Also of a key that makes no further request, which would have it released. */
    @Test
    void reportsNoReservationThatHasExpired() {
        RedisLedger hasty = new RedisLedger(CLIENT, LEASE, LIFE);
        assertThat(hasty.admit(demand(DOLLAR, 1, "1"), now)).isInstanceOf(Granted.class);
        await().atMost(TIMEOUT).until(() -> hasty.spending(key, now).reserved().signum() == 0);
    }

    @Test
    void closesAStreamWhoseLeaseExpires() {
        KeyLimits limits = Events.limits(key -> key.openStreams = Optional.of(1L));
        assertThat(admit(limits, 1, "0")).isInstanceOf(Granted.class);
        refused(admit(limits, 1, "0"), Limit.OPEN_STREAMS);
        await().atMost(TIMEOUT).until(() -> admit(limits, 1, "0") instanceof Granted);
    }

    @Test
    void countsAStreamAgainThatIsRenewedAfterALossOfData() {
        RedisLedger patient = new RedisLedger(CLIENT, TIMEOUT, LIFE);
        KeyLimits limits = Events.limits(key -> key.openStreams = Optional.of(1L));
        Demand open = demand(limits, 1, "0");
        assertThat(patient.admit(open, now)).isInstanceOf(Granted.class);
        clear();
        patient.renew(List.of(open));
        refused(admit(limits, 1, "0"), Limit.OPEN_STREAMS);
    }

    /** Else a slow Redis takes longer to renew all leases than they last. */
    @Test
    void renewsStreamsOfAllKeysWithOneCommand() {
        RedisLedger patient = new RedisLedger(CLIENT, TIMEOUT, LIFE);
        KeyLimits limits = Events.limits(key -> key.openStreams = Optional.of(50L));
        KeyId other = KeyId.next(Clock.systemUTC());
        List<Demand> open = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            open.add(demand(limits, 1, "0"));
            open.add(ofKey(other, limits));
        }
        // Once, so that Redis has the script.
        patient.renew(open);
        clear();
        long before = scriptsRun();
        patient.renew(open);
        assertThat(scriptsRun() - before).isEqualTo(1);
        refused(admit(limits, 1, "0"), Limit.OPEN_STREAMS);
        refused(ledger.admit(ofKey(other, limits), now), Limit.OPEN_STREAMS);
    }

    private static Demand ofKey(KeyId key, KeyLimits limits) {
        return new Demand(key, limits, GenerationId.unsigned(Clock.systemUTC(), 0), 1, BigDecimal.ZERO);
    }

    private static long scriptsRun() {
        Map<String, String> commands =
                CLIENT.getRedisNodes(RedisNodes.SINGLE).getInstance().info(InfoSection.COMMANDSTATS);
        return Stream.of("cmdstat_eval", "cmdstat_evalsha")
                .map(command -> commands.getOrDefault(command, "calls=0,"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst("calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void throwsWhenRedisIsDownAndWorksWhenItIsBack() {
        SERVER.crash();
        assertThatThrownBy(() -> admit(DOLLAR, 1, "0.1")).isInstanceOf(RuntimeException.class);
        SERVER.restart();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> admit(DOLLAR, 1, "0.1") instanceof Granted);
    }

    /** Else one key could have all limits of all keys decided by this gateway alone. */
    @ParameterizedTest
    @ValueSource(longs = {9_007_199_254_740_991L, Long.MAX_VALUE})
    void requestsOfAnyCostLeaveTheSharedLedgerToOtherKeys(long maxTokens) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        BigDecimal price = new BigDecimal("75");
        Prices prices = new Prices(List.of(new ModelPrice("claude-x", price, price, price, price, 0, null)));
        int calls = 20;
        LimitSettings settings = new LimitSettings(
                TIMEOUT, TIMEOUT, calls, 25, LEASE, LIFE, new BreakerSettings(calls, 5, 50, Duration.ofMinutes(1), 2));
        ObjectNode plain = JsonMapper.shared().createObjectNode().put("max_tokens", 1);
        ObjectNode greedy = plain.deepCopy();
        greedy.putArray("fallbacks").addObject().put("model", "claude-x").put("max_tokens", maxTokens);
        try (SharedLedger shared = new SharedLedger(ledger, new LocalLedger(25, LIFE), settings, registry)) {
            LimitCheck limitCheck = new LimitCheck(shared, prices, new ModelAliases(List.of()), Clock.systemUTC());
            for (int i = 0; i < calls; i++) {
                assertThat(decision(limitCheck, key, greedy))
                        .isInstanceOfSatisfying(
                                LimitReached.class,
                                reached -> assertThat(reached.verdict().limit()).isEqualTo(Limit.DAY));
            }
            assertThat(decision(limitCheck, KeyId.next(Clock.systemUTC()), plain))
                    .isInstanceOf(Admitted.class);
        }
        assertThat(registry.timer("parley.gateway.admission", "ledger", "shared", "outcome", "granted")
                        .count())
                .isEqualTo(1);
    }

    private static LimitDecision decision(LimitCheck limitCheck, KeyId key, ObjectNode request) {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        Caller caller = new Caller(
                Events.TENANT,
                "k",
                OnDisconnect.GRACE,
                Optional.of(key),
                DOLLAR,
                Set.of(),
                SimilarMode.OFF,
                Optional.empty());
        return limitCheck
                .admit(
                        caller,
                        generation,
                        new Accepted("claude-x", true, AnswerFormat.MESSAGES, "", request, new byte[100]))
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private Settlement end(Demand demand, String cost, Instant at) {
        return new Settlement(key, demand.limits(), demand.generation(), new BigDecimal(cost), 1, 1, NO_USAGE, at);
    }

    private Optional<Settlement> used(String model, long tokens, Instant at) {
        RequestUsage usage = new RequestUsage(
                model,
                Map.of(
                        UsageMetric.REQUESTS,
                        1L,
                        UsageMetric.INPUT_TOKENS,
                        tokens,
                        UsageMetric.SAVED_BY_PROMPT_CACHE_USD,
                        -5L));
        return Optional.of(new Settlement(
                key, KeyLimits.NONE, demand(DOLLAR, 1, "0").generation(), BigDecimal.ZERO, tokens, 1, usage, at));
    }

    private OptionalLong settle(int partition, OptionalLong after, long offset, Optional<Settlement> settlement) {
        return ledger.settle(List.of(new Step(partition, after, offset, settlement)))
                .getFirst();
    }
}
