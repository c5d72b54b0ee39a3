package dev.parley.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.gateway.limits.LimitDecision.Admitted;
import dev.parley.gateway.limits.LimitDecision.FallbacksNotNamed;
import dev.parley.gateway.limits.LimitDecision.LimitReached;
import dev.parley.gateway.limits.LimitDecision.ModelNotAllowed;
import dev.parley.gateway.limits.LimitDecision.ModelWithoutPrice;
import dev.parley.gateway.limits.LimitDecision.RatesWithoutPrice;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.testing.Events;
import dev.parley.testing.LogLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.client.RedisException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Limits with a scripted shared ledger. */
class SharedLedgerTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final KeyId KEY = KeyId.next(Clock.systemUTC());
    private static final LimitSettings SETTINGS = new LimitSettings(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            4,
            100,
            Duration.ofSeconds(30),
            Duration.ofMinutes(30),
            new BreakerSettings(20, 20, 50, Duration.ofSeconds(1), 2));

    /** Grants every demand, fails, or blocks until released. */
    private static final class ScriptedLedger implements Ledger {
        private final AtomicInteger requests = new AtomicInteger();
        private BigDecimal reserved = BigDecimal.ZERO;
        private final AtomicInteger ended = new AtomicInteger();
        /** What has a reservation and what has a lease, as in Redis. */
        private final Set<GenerationId> reservations = ConcurrentHashMap.newKeySet();

        private final Set<GenerationId> leases = ConcurrentHashMap.newKeySet();
        private final AtomicInteger failingWithdrawals = new AtomicInteger();
        private final List<GenerationId> renewed = new ArrayList<>();
        private int renewals;
        private Runnable beforeRenewal = () -> {};
        private Runnable afterRenewal = () -> {};
        private final CountDownLatch released = new CountDownLatch(1);
        private RuntimeException failure = new IllegalStateException("no ledger");
        private boolean fails;
        private boolean blocks;

        @Override
        public LedgerVerdict admit(Demand demand, Instant now) {
            requests.incrementAndGet();
            reserved = demand.costAtMost();
            if (fails) {
                throw failure;
            }
            if (blocks) {
                try {
                    boolean _ = released.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            reservations.add(demand.generation());
            leases.add(demand.generation());
            return new LedgerVerdict.Granted(RateLimits.NONE);
        }

        @Override
        public void withdraw(Demand demand) {
            if (failingWithdrawals.getAndDecrement() > 0) {
                throw new IllegalStateException("no ledger");
            }
            reservations.remove(demand.generation());
            leases.remove(demand.generation());
            ended.incrementAndGet();
        }

        @Override
        public void close(Demand demand) {
            leases.remove(demand.generation());
            ended.incrementAndGet();
        }

        @Override
        public void renew(List<Demand> demands) {
            renewals++;
            beforeRenewal.run();
            demands.forEach(demand -> {
                leases.add(demand.generation());
                renewed.add(demand.generation());
            });
            afterRenewal.run();
        }
    }

    private final ScriptedLedger shared = new ScriptedLedger();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SharedLedger ledger =
            new SharedLedger(shared, new LocalLedger(100, SETTINGS.reservationLife()), SETTINGS, registry);
    private final LimitCheck limitCheck = new LimitCheck(
            ledger,
            new Prices(List.of(
                    new ModelPrice("claude-x", BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE, 0, null),
                    new ModelPrice(
                            "claude-dear", BigDecimal.TEN, BigDecimal.TEN, BigDecimal.TEN, BigDecimal.TEN, 0, null))),
            new ModelAliases(List.of(
                    new AliasSettings("auto", "Auto", "claude-dear", "claude-x"),
                    new AliasSettings("priceless", "Auto", "claude-x", "unheard-of"))),
            Clock.systemUTC());

    @AfterEach
    void close() {
        shared.released.countDown();
        ledger.close();
    }

    @Test
    void aKeyWithoutLimitsNeedsNoLedger() {
        var decision = admit(KeyLimits.NONE, "claude-x");
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Admitted.class,
                        admitted -> assertThat(admitted.permit().limits()).isEqualTo(RateLimits.NONE));
        assertThat(shared.requests).hasValue(0);
    }

    @Test
    void aModelThatTheKeyMayNotUseIsRefusedWithoutTheLedger() {
        KeyLimits limits = Events.limits(key -> {
            key.models = List.of("claude-haiku");
            key.requestsPerMinute = Optional.of(1L);
        });
        assertThat(admit(limits, "claude-x")).isEqualTo(new ModelNotAllowed("claude-x"));
        assertThat(admit(limits, "claude-haiku-4-5")).isInstanceOf(Admitted.class);
        assertThat(shared.requests).hasValue(1);
    }

    @Test
    void aKeyWithABudgetNeedsAModelWithAPrice() {
        KeyLimits limits = budget();
        assertThat(admit(limits, "unheard-of")).isEqualTo(new ModelWithoutPrice("unheard-of"));
        assertThat(admit(limits, "claude-x-1")).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "speed, fast, false",
        "speed, standard, true",
        "inference_geo, us, false",
        "inference_geo, global, true",
    })
    void aKeyWithABudgetNeedsTheRatesOfThePriceList(String parameter, String value, boolean admitted) {
        KeyLimits budget = budget();
        ObjectNode request =
                JsonMapper.shared().createObjectNode().put("max_tokens", 1).put(parameter, value);
        assertThat(admit(budget, "claude-x", request))
                .isInstanceOf(admitted ? Admitted.class : RatesWithoutPrice.class);
        assertThat(admit(onePerMinute(), "claude-x", request)).isInstanceOf(Admitted.class);
    }

    @Test
    void reservesTheDearestModelOfAnAlias() {
        KeyLimits limits = budget();
        assertThat(admit(limits, "claude-dear")).isInstanceOf(Admitted.class);
        BigDecimal dearest = shared.reserved;

        assertThat(admit(limits, "auto")).isInstanceOf(Admitted.class);
        assertThat(shared.reserved).isEqualTo(dearest).isPositive();
        assertThat(admit(limits, "priceless")).isEqualTo(new ModelWithoutPrice("priceless"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"fallbacks":[{"model":"claude-x-1"},{"model":"claude-dear"}]}                    | claude-dear
            {"tools":[{"name":"look"},{"type":"advisor_20260301","model":"claude-dear"}]}     | claude-dear
            {"fallbacks":[{"model":"claude-x-1"}],"tools":[{"type":"advisor_1","model":"claude-x-2"}]} | ``
            {"fallbacks":null,"tools":null}                                                   | ``
            """)
    void aKeyMayUseOnlyItsModelsAsFallbacksAndInTools(String request, String refused) {
        LimitDecision decision = admit(onlyModels("claude-x"), "claude-x", json(request));
        if (refused.isEmpty()) {
            assertThat(decision).isInstanceOf(Admitted.class);
        } else {
            assertThat(decision).isEqualTo(new ModelNotAllowed(refused));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"default\"", "{}", "[\"claude-x\"]", "[{\"model\":7}]"})
    void fallbacksOfAKeyWithModelsOrABudgetAreNamed(String fallbacks) {
        ObjectNode request = json("{\"max_tokens\":1,\"fallbacks\":" + fallbacks + "}");
        assertThat(admit(onlyModels("claude-x"), "claude-x", request)).isInstanceOf(FallbacksNotNamed.class);
        assertThat(admit(budget(), "claude-x", request)).isInstanceOf(FallbacksNotNamed.class);
        assertThat(admit(openStreams(9), "claude-x", request)).isInstanceOf(Admitted.class);
    }

    @Test
    void reservesTheCostOfFallbacksAndOfModelsInTools() {
        BigDecimal alone = reserved("{\"max_tokens\":1000}", "claude-x");
        BigDecimal dear = reserved("{\"max_tokens\":1000}", "claude-dear");
        BigDecimal dearAndLong = reserved("{\"max_tokens\":64000}", "claude-dear");

        assertThat(reserved("{\"max_tokens\":1000,\"fallbacks\":[{\"model\":\"claude-dear\"}]}", "claude-x"))
                .isEqualByComparingTo(alone.add(dear));
        assertThat(reserved(
                        "{\"max_tokens\":1000,\"fallbacks\":[{\"model\":\"claude-dear\",\"max_tokens\":64000}]}",
                        "claude-x"))
                .isEqualByComparingTo(alone.add(dearAndLong));
        assertThat(reserved("{\"max_tokens\":1000,\"tools\":[{\"model\":\"claude-dear\"}]}", "claude-x"))
                .isEqualByComparingTo(alone.add(dear));
        assertThat(reserved("{\"max_tokens\":1000,\"tools\":[{\"model\":\"claude-dear\",\"max_uses\":3}]}", "claude-x"))
                .isEqualByComparingTo(alone.add(dear).add(dear).add(dear));
        assertThat(admit(budget(), "claude-x", json("{\"max_tokens\":1,\"fallbacks\":[{\"model\":\"unheard-of\"}]}")))
                .isEqualTo(new ModelWithoutPrice("unheard-of"));
        assertThat(admit(
                        budget(),
                        "claude-x",
                        json("{\"max_tokens\":1,\"fallbacks\":[{\"model\":\"claude-x\",\"speed\":\"fast\"}]}")))
                .isInstanceOf(RatesWithoutPrice.class);
    }

    /** Claude rejects them, but until then they must not reserve less than nothing, nor admit what the budget has no room for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-9223372036854775808",
                "-99999999999999999999",
                "-1e300",
                "1e3",
                "1e300",
                "\"many\"",
                "null"
            })
    void anyLimitOfAFallbackOrToolAddsToTheReservation(String maxTokens) {
        BigDecimal alone = reserved("{\"max_tokens\":1000}", "claude-x");

        for (String place : List.of("fallbacks", "tools")) {
            String more = "[{\"model\":\"claude-x\",\"max_tokens\":%1$s,\"max_uses\":%1$s}]".formatted(maxTokens);
            assertThat(reserved("{\"max_tokens\":1000,\"" + place + "\":" + more + "}", "claude-x"))
                    .isGreaterThan(alone);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "9007199254740991", "9223372036854775807"})
    void anOutputLimitThatClaudeRejectsReservesTheHighestOne(String maxTokens) {
        String request = "{\"max_tokens\":1,\"fallbacks\":[{\"model\":\"claude-x\",\"max_tokens\":%s}]}";
        assertThat(reserved(request.formatted(maxTokens), "claude-x"))
                .isEqualByComparingTo(reserved(request.formatted("2147483647"), "claude-x"));
    }

    private BigDecimal reserved(String request, String model) {
        assertThat(admit(budget(), model, json(request))).isInstanceOf(Admitted.class);
        return shared.reserved;
    }

    private static KeyLimits budget() {
        return Events.limits(key -> key.usdPerDay = Optional.of(BigDecimal.ONE));
    }

    private static ObjectNode json(String request) {
        return (ObjectNode) JsonMapper.shared().readTree(request);
    }

    @Test
    void aKeyMayUseAnAliasByItsNameOrWithBothModels() {
        assertThat(limitCheck.mayUse(onlyModels("auto"), "auto")).isTrue();
        assertThat(limitCheck.mayUse(onlyModels("claude-dear", "claude-x"), "auto"))
                .isTrue();
        assertThat(limitCheck.mayUse(onlyModels("claude-x"), "auto")).isFalse();
    }

    private static KeyLimits onlyModels(String... models) {
        return Events.limits(limits -> limits.models = List.of(models));
    }

    @Test
    void usesTheLocalLedgerWhenTheSharedOneFails() {
        shared.fails = true;
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(Admitted.class);
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(LimitReached.class);
        assertThat(registry.timer("parley.gateway.admission", "ledger", "local", "outcome", "requests")
                        .count())
                .isEqualTo(1);
    }

    /** The messages of Redisson go on with the command and its parameters. */
    @Test
    void logsWhyRedisFailsWithoutTheCommand() {
        try (LogLines lines = LogLines.of(Breakers.class)) {
            shared.fails = true;
            shared.failure = new CompletionException(new RedisException(
                    "NOPERM User app has no permissions to run the 'evalsha' command. channel: [id: 0x2f, L:/127.0.0.1:5"
                            + " - R:/127.0.0.1:6379] command: (EVALSHA), params: [a3f, 1, acme/key_1]"));
            for (int i = 0; i < SETTINGS.breaker().callsMin(); i++) {
                admit(onePerMinute(), "claude-x");
            }
            assertThat(lines.list())
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.getLevel()).isEqualTo(Level.WARN);
                        assertThat(line.getFormattedMessage())
                                .startsWith("Breaker ledger: ")
                                .contains("100 % of the latest calls failed")
                                .endsWith(
                                        "org.redisson.client.RedisException: NOPERM User app has no permissions to run"
                                                + " the 'evalsha' command");
                    });
        }
    }

    @Test
    void aFailingSharedLedgerDoesNotGrantTheLimitsAgain() {
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(Admitted.class);
        shared.fails = true;
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(LimitReached.class);
    }

    @Test
    void aRecoveredSharedLedgerDoesNotGrantTheLimitsAgain() {
        shared.fails = true;
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(Admitted.class);
        shared.fails = false;
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(LimitReached.class);
        await().untilAsserted(() -> assertThat(shared.ended).as("withdrawn").hasValue(1));
    }

    @Test
    void aUsedUpLocalShareIsRefusedOnlyUntilTheSharedLedgerResponds() {
        ObjectNode request = JsonMapper.shared().createObjectNode().put("max_tokens", 600_000);
        shared.fails = true;
        assertThat(admit(budget(), "claude-x", request)).isInstanceOf(Admitted.class);
        assertThat(admit(budget(), "claude-x", request)).isInstanceOfSatisfying(LimitReached.class, reached -> {
            assertThat(reached.verdict().limit()).isEqualTo(Limit.LOCAL_SHARE);
            assertThat(reached.verdict().retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
        });
        shared.fails = false;
        assertThat(admit(budget(), "claude-x", request)).isInstanceOf(Admitted.class);
    }

    @Test
    void usesTheLocalLedgerWhenTheSharedOneIsSlow() {
        shared.blocks = true;
        long start = System.nanoTime();
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(Admitted.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(registry.timer("parley.gateway.admission", "ledger", "local", "outcome", "granted")
                        .count())
                .isEqualTo(1);
    }

    /** What is late for keys without a budget, within 80 ms, may be in time for one with a budget, within 1 s. */
    @Test
    void callsThatAreLateForOtherKeysDoNotSuspendThoseForKeysWithABudget() {
        Instant now = Instant.now();
        LimitSettings impatient = new LimitSettings(
                Duration.ofMillis(1),
                Duration.ofMinutes(1),
                100,
                100,
                Duration.ofSeconds(30),
                Duration.ofMinutes(30),
                new BreakerSettings(20, 20, 50, Duration.ofMinutes(1), 2));
        try (SharedLedger slow =
                new SharedLedger(shared, new LocalLedger(100, impatient.reservationLife()), impatient, registry)) {
            shared.blocks = true;
            for (int i = 0; i < impatient.breaker().calls(); i++) {
                slow.admit(demand(openStreams(99)), now).join();
            }
            int late = impatient.breaker().calls();
            await().until(() -> shared.requests.get() == late);
            slow.admit(demand(openStreams(99)), now).join();
            assertThat(shared.requests).as("suspended").hasValue(late);
            shared.released.countDown();
            slow.admit(demand(budget()), now).join();
            assertThat(shared.requests).hasValue(late + 1);
            assertThat(registry.timer("parley.gateway.admission", "ledger", "shared", "outcome", "granted")
                            .count())
                    .isEqualTo(1);
        }
    }

    private static Demand demand(KeyLimits limits) {
        return new Demand(KEY, limits, GenerationId.unsigned(Clock.systemUTC(), 0), 1, BigDecimal.ZERO);
    }

    @Test
    void whatALateCallReservesForARefusedRequestIsWithdrawn() {
        shared.blocks = true;
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(Admitted.class);
        assertThat(admit(onePerMinute(), "claude-x")).isInstanceOf(LimitReached.class);
        assertThat(shared.ended).as("before the call has ended").hasValue(0);
        shared.released.countDown();
        await().untilAsserted(() -> assertThat(shared.ended).hasValue(1));
        // That of the admitted request is settled by its turn.
        assertThat(shared.reservations).hasSize(1);
    }

    @Test
    void whatALateCallReservesIsWithdrawnWithThePermit() {
        shared.blocks = true;
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        permit.withdraw();
        assertThat(admit(oneOpenStream(), "claude-x"))
                .as("withdrawn from the local ledger at once")
                .isInstanceOf(Admitted.class);
        assertThat(shared.ended).as("before the call has ended").hasValue(0);
        shared.released.countDown();
        await().untilAsserted(() -> assertThat(shared.ended).hasValue(1));
        await().untilAsserted(() -> assertThat(shared.reservations).hasSize(1));
    }

    @Test
    void theLeaseOfALateCallEndsWithThePermit() {
        shared.blocks = true;
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        permit.close();
        shared.released.countDown();
        await().untilAsserted(() -> {
            assertThat(shared.reservations).hasSize(1);
            assertThat(shared.leases).isEmpty();
        });
    }

    /** A call that fails by its timeout may still be run by Redis, after the first withdrawal has failed as well. */
    @Test
    void aWithdrawalIsRepeatedUntilItSucceeds() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        shared.failingWithdrawals.set(1);
        permit.withdraw();
        await().untilAsserted(() -> assertThat(shared.reservations).isEmpty());
    }

    @Test
    void aPermitEndsOnce() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        permit.close();
        permit.close();
        permit.withdraw();
        ledger.close();
        await().until(() -> shared.ended.get() == 1);
    }

    @Test
    void doesNotRenewTheLeaseOfAStreamBeyondTheMaximumAge() {
        KeyLimits limits = openStreams(2);
        assertThat(admit(limits, "claude-x")).isInstanceOf(Admitted.class);
        assertThat(admit(limits, "claude-x")).isInstanceOf(Admitted.class);
        Instant now = Instant.now();
        ledger.renew(now);
        List<GenerationId> old = List.copyOf(shared.renewed);
        assertThat(old).hasSize(2).doesNotHaveDuplicates();
        shared.renewed.clear();
        ledger.renew(now.plus(SETTINGS.reservationLife()).plusSeconds(60));
        assertThat(admit(limits, "claude-x")).isInstanceOf(Admitted.class);
        ledger.renew(now);
        assertThat(shared.renewed).hasSize(1).doesNotContainAnyElementsOf(old);
    }

    @Test
    void aFailingSharedLedgerDoesNotGrantOpenStreamsAgain() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        shared.fails = true;
        assertThat(admit(oneOpenStream(), "claude-x"))
                .isInstanceOfSatisfying(
                        LimitReached.class,
                        reached -> assertThat(reached.verdict().limit()).isEqualTo(Limit.OPEN_STREAMS));
        permit.close();
        assertThat(admit(oneOpenStream(), "claude-x")).isInstanceOf(Admitted.class);
    }

    @Test
    void aSharedLedgerThatHasLostItsDataDoesNotGrantOpenStreamsAgain() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        assertThat(admit(oneOpenStream(), "claude-x"))
                .isInstanceOfSatisfying(
                        LimitReached.class,
                        reached -> assertThat(reached.verdict().limit()).isEqualTo(Limit.OPEN_STREAMS));
        await().untilAsserted(() -> assertThat(shared.ended).as("withdrawn").hasValue(1));
        permit.withdraw();
        assertThat(admit(oneOpenStream(), "claude-x")).isInstanceOf(Admitted.class);
    }

    @Test
    void aStreamThatEndsBeforeItsRenewalIsClosedAgain() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        shared.beforeRenewal = () -> {
            permit.close();
            await().until(shared.leases::isEmpty);
        };
        ledger.renew(Instant.now());
        assertThat(shared.renewed).hasSize(1);
        await().until(shared.leases::isEmpty);
    }

    /** Redis may run the script of a call that has failed or was interrupted. */
    @Test
    void aStreamThatEndsDuringARenewalThatFailsIsClosedAgain() {
        Permit permit = ((Admitted) admit(oneOpenStream(), "claude-x")).permit();
        shared.beforeRenewal = () -> {
            permit.close();
            await().until(shared.leases::isEmpty);
        };
        shared.afterRenewal = () -> {
            throw shared.failure;
        };
        ledger.renew(Instant.now());
        assertThat(shared.renewed).hasSize(1);
        await().until(shared.leases::isEmpty);
    }

    /** Else a slow ledger takes longer to renew all leases than they last. */
    @Test
    void renewsManyLeasesWithOneCallOfTheSharedLedger() {
        for (int i = 0; i < 250; i++) {
            assertThat(admit(openStreams(1_000), "claude-x")).isInstanceOf(Admitted.class);
        }
        ledger.renew(Instant.now());
        assertThat(shared.renewed).hasSize(250).containsExactlyInAnyOrderElementsOf(shared.leases);
        assertThat(shared.renewals).isEqualTo(3);
    }

    /** The others wait for their calls of the shared ledger, so that the last one makes none. */
    @Test
    void theRenewedLeaseOfAStreamThatOnlyTheLocalLedgerGrantedEndsWithThePermit() {
        shared.blocks = true;
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i <= SETTINGS.asksMax(); i++) {
            permits.add(((Admitted) admit(openStreams(9), "claude-x")).permit());
        }
        ledger.renew(Instant.now());
        assertThat(shared.leases).hasSameSizeAs(permits);
        permits.forEach(Permit::close);
        shared.released.countDown();
        await().untilAsserted(() -> assertThat(shared.reservations).hasSize(SETTINGS.asksMax()));
        await().until(shared.leases::isEmpty);
    }

    @Test
    void aBudgetPermitsOnlyModelsWithAPrice() {
        KeyLimits budget = budget();
        assertThat(limitCheck.mayUse(budget, "claude-x-1")).isTrue();
        assertThat(limitCheck.mayUse(budget, "claude-y")).isFalse();
        assertThat(limitCheck.mayUse(onePerMinute(), "claude-y")).isTrue();
    }

    private static KeyLimits onePerMinute() {
        return Events.limits(limits -> limits.requestsPerMinute = Optional.of(1L));
    }

    private static KeyLimits oneOpenStream() {
        return openStreams(1);
    }

    private static KeyLimits openStreams(long max) {
        return Events.limits(limits -> limits.openStreams = Optional.of(max));
    }

    @Test
    void reservesTheWritesToTheOneHourCacheThatARequestAsksFor() {
        KeyLimits limits = budget();
        ObjectNode request = JsonMapper.shared().createObjectNode().put("max_tokens", 0);
        assertThat(admit(limits, "claude-x", request)).isInstanceOf(Admitted.class);
        BigDecimal forFiveMinutes = shared.reserved;

        request.putObject("cache_control").put("type", "ephemeral").put("ttl", "1h");
        assertThat(admit(limits, "claude-x", request)).isInstanceOf(Admitted.class);
        assertThat(shared.reserved).isEqualByComparingTo(forFiveMinutes.add(forFiveMinutes));
    }

    private LimitDecision admit(KeyLimits limits, String model) {
        return admit(limits, model, JsonMapper.shared().createObjectNode().put("max_tokens", 100));
    }

    private LimitDecision admit(KeyLimits limits, String model, ObjectNode json) {
        Caller caller = new Caller(
                ACME, "k", OnDisconnect.GRACE, Optional.of(KEY), limits, Set.of(), SimilarMode.OFF, Optional.empty());
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        return limitCheck
                .admit(caller, generation, new Accepted(model, true, AnswerFormat.MESSAGES, "", json, new byte[100]))
                .join();
    }
}
