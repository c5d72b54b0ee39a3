package dev.parley.gateway;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;

import dev.parley.answercache.redis.RedisClients;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.KeyLog;
import dev.parley.gateway.kafka.LogEnds;
import dev.parley.gateway.kafka.SettlementReader;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.LocalLedger;
import dev.parley.gateway.limits.SettlementAge;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.redis.RedisLedger;
import dev.parley.gateway.session.Administrators;
import dev.parley.gateway.session.ApiKeys;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.keys.AdminAccess;
import dev.parley.gateway.web.keys.CacheHandler;
import dev.parley.gateway.web.keys.KeyChanges;
import dev.parley.gateway.web.keys.KeysHandler;
import dev.parley.gateway.web.usage.UsageHandler;
import dev.parley.gateway.web.usage.UsageTableHandler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The part of the map for API keys, their limits and their use. */
@Configuration(proxyBeanMethods = false)
@Import({
    LimitCheck.class,
    UsageMeter.class,
    KeyChanges.class,
    AdminAccess.class,
    UsageHandler.class,
    UsageTableHandler.class,
    CacheHandler.class
})
class KeysConfiguration {
    /** Far below the time for which {@code chat.keys} keeps replaced records. */
    private static final Duration RESTORATION_PERIOD = Duration.ofSeconds(30);

    /** Accounts end with a month. */
    private static final Duration REMOVAL_PERIOD = Duration.ofDays(1);

    private static final Duration FIRST_REMOVAL = Duration.ofMinutes(1);

    private static final Duration SETTLEMENT_READING_PERIOD = Duration.ofSeconds(10);

    @Bean
    IssuedKeys issuedKeys(GatewayProperties properties, Clock clock, MeterRegistry registry) {
        IssuedKeys keys = new IssuedKeys(properties.session().onDisconnect(), clock);
        Gauge.builder("parley.keys.expiring", keys, IssuedKeys::expiring)
                .description("Keys that expire within 14 days, of those that were valid for longer than that")
                .register(registry);
        return keys;
    }

    @Bean
    FoldedTopic<KeyLog> keyLog(KafkaClients clients, GatewayProperties properties, IssuedKeys keys) {
        return FoldedTopic.start(
                clients, "gateway-keys", Topics.KEYS, properties.kafka().publishTimeout(), new KeyLog(keys));
    }

    @Bean
    Authentication authentication(
            GatewayProperties properties, IssuedKeys issued, @Value("${server.address}") InetAddress address) {
        return new Authentication(ApiKeys.of(properties.session(), issued, address)::find);
    }

    @Bean
    Administrators administrators(GatewayProperties properties) {
        return Administrators.of(properties.session());
    }

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(GatewayProperties properties) {
        return RedisClients.connect(properties.redis(), "gateway-service", StringCodec.INSTANCE);
    }

    @Bean
    RedisLedger redisLedger(RedissonClient redis, GatewayProperties properties) {
        return new RedisLedger(
                redis, properties.limits().lease(), properties.limits().reservationLife());
    }

    @Bean
    SharedLedger ledger(RedisLedger shared, GatewayProperties properties, MeterRegistry registry) {
        var settings = properties.limits();
        LocalLedger local = new LocalLedger(settings.localBudgetPercent(), settings.reservationLife());
        return new SharedLedger(shared, local, settings, registry);
    }

    @Bean
    Prices prices(ModelProperties models) {
        return new Prices(models.prices());
    }

    @Bean
    SettlementReader settlementReader(
            GatewayClients clients,
            LogEnds ends,
            RedisLedger ledger,
            IssuedKeys keys,
            UsageMeter meter,
            MeterRegistry registry,
            Clock clock) {
        return new SettlementReader(
                clients::settlementConsumer, ends::ask, ledger, keys, meter, registry, clock, System::nanoTime);
    }

    @Bean
    PhasedLifecycle settlement(SettlementReader settlement) {
        return PhasedLifecycle.aroundRequests(settlement::start, settlement::stop);
    }

    /** Watches the settlement of all gateways. Nothing has to be settled before the first key is issued. */
    @Bean
    PhasedLifecycle settlementReading(
            IssuedKeys keys, RedisLedger ledger, Scheduler workers, Clock clock, MeterRegistry registry) {
        SettlementAge age = new SettlementAge(
                () -> keys.firstIssued().isDone() ? ledger.countedUntil() : Optional.of(clock.instant()),
                clock,
                registry);
        return PhasedLifecycle.repeating(
                "The reading of what is settled",
                Duration.ZERO,
                SETTLEMENT_READING_PERIOD,
                Mono.fromRunnable(age::read).subscribeOn(workers));
    }

    /** Renews the leases of open streams four times as often as they expire. */
    @Bean
    PhasedLifecycle leaseRenewal(SharedLedger ledger, GatewayProperties properties, Scheduler workers, Clock clock) {
        Duration period = properties.limits().lease().dividedBy(4);
        return PhasedLifecycle.repeating(
                "The renewal of leases",
                period,
                period,
                Mono.fromRunnable(() -> ledger.renew(clock.instant())).subscribeOn(workers));
    }

    /** Removes the accounts of keys that have ended from Redis, where nothing else does: accounts do not expire. */
    @Bean
    PhasedLifecycle accountRemoval(IssuedKeys keys, RedisLedger ledger, Scheduler workers, Clock clock) {
        return PhasedLifecycle.repeating(
                "The removal of accounts of ended keys",
                FIRST_REMOVAL,
                REMOVAL_PERIOD,
                Mono.fromRunnable(() -> ledger.forget(keys.ended(), clock.instant()))
                        .subscribeOn(workers));
    }

    @Bean
    RouterFunction<ServerResponse> usageRoutes(
            UsageHandler usage,
            AdminAccess operators,
            UsageTableHandler table,
            CacheHandler cache,
            MeterRegistry registry) {
        return new Routes(registry)
                .add("/v1/usage", Map.of(GET, usage::read))
                .add("/admin/usage", Map.of(GET, operators.guarded((request, _) -> table.read(request))))
                .add("/v1/cache/{generation}", Map.of(DELETE, operators.guarded(cache::evict)))
                .build();
    }

    /** Restores the states of keys after gateways that died while they changed them. */
    @Bean
    PhasedLifecycle keyRestoration(KeyChanges changes) {
        return PhasedLifecycle.repeating(
                "The restoration of keys", RESTORATION_PERIOD, RESTORATION_PERIOD, changes.restore());
    }

    @Bean
    RouterFunction<ServerResponse> keyRoutes(
            GatewayProperties properties,
            AdminAccess operators,
            IssuedKeys keys,
            KeyChanges changes,
            RedisLedger ledger,
            Scheduler workers,
            Clock clock,
            MeterRegistry registry) {
        KeysHandler handler = new KeysHandler(
                keys,
                new KeyIssuer(clock),
                changes,
                new RequestBodies(properties.web().forOperators(), properties.connections()),
                ledger,
                workers,
                clock);
        return new Routes(registry)
                .add(
                        "/admin/keys",
                        Map.of(
                                POST, operators.guarded(handler::create),
                                GET, operators.guarded((_, _) -> handler.list())))
                .add(
                        "/admin/keys/{key}",
                        Map.of(
                                GET, operators.guarded((request, _) -> handler.show(request)),
                                PATCH, operators.guarded(handler::change),
                                DELETE, operators.guarded(handler::revoke)))
                .add("/admin/keys/{key}/rotate", Map.of(POST, operators.guarded(handler::rotate)))
                .build();
    }

    /** Part of readiness: a gateway that has not read all keys would reject valid ones. */
    @Bean
    HealthIndicator keysHealthIndicator(IssuedKeys keys) {
        return () -> (keys.complete() ? Health.up() : Health.down()).build();
    }
}
