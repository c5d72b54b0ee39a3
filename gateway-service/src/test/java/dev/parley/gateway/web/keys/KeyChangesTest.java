package dev.parley.gateway.web.keys;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyChanged.Result;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.KeySettings;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.response.ApiErrorException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class KeyChangesTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** A log that is read immediately after each write, with concurrent writes by others immediately before. */
    private final class SharedLog extends MockProducer<String, byte[]> {
        private final Queue<KeyEvent> others = new ArrayDeque<>();
        private boolean failsAuditEvents;
        private boolean failsResults;
        private int failingRevocations;

        SharedLog() {
            super(true, null, new StringSerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> event, Callback callback) {
            if (KeyCodec.isForAuditors(event.headers())) {
                boolean result = change(event).result().isPresent();
                if (failsAuditEvents || (result && failsResults)) {
                    throw new KafkaException("not now");
                }
                return super.send(event, callback);
            }
            if (decode(event) instanceof KeyRevoked && failingRevocations-- > 0) {
                throw new KafkaException("not now");
            }
            Optional.ofNullable(others.poll()).ifPresent(keys::apply);
            Future<RecordMetadata> sent = super.send(event, callback);
            keys.apply(decode(event));
            return sent;
        }

        List<KeyEvent> written() {
            return history().stream()
                    .filter(event -> !KeyCodec.isForAuditors(event.headers()))
                    .map(KeyChangesTest::decode)
                    .toList();
        }
    }

    private static final Mirror MIRROR =
            new Mirror("claude-haiku-5-5", new BigDecimal("0.1"), BigDecimal.ONE, Map.of());

    private final KeyIssuer issuer = new KeyIssuer(Clock.systemUTC());
    private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, Clock.systemUTC());
    private final SharedLog log = new SharedLog();
    private final KeyChanges changes = new KeyChanges(keys, new EventPublisher(log::send), Schedulers.immediate());
    private final KeyIssued key = issuer.create(
                    new TenantId("acme"),
                    new KeySettings(
                            "web",
                            KeyLimits.NONE,
                            Optional.empty(),
                            Set.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(MIRROR)))
            .event();

    KeyChangesTest() {
        keys.apply(key);
    }

    @Test
    void changesAKeyOnce() {
        KeyIssued changed = renamed().blockOptional(SOON).orElseThrow();
        assertThat(changed.name()).isEqualTo("phone");
        assertThat(changed.sha256()).isEqualTo(key.sha256());
        assertThat(keys.valid(key.key())).contains(changed);
        assertThat(log.written()).containsExactly(changed);
    }

    @Test
    void publishesAnAuditEventBeforeTheChangeAndOneWithItsResult() {
        KeyIssued changed = renamed().blockOptional(SOON).orElseThrow();
        var records = log.history();
        assertThat(records)
                .extracting(record -> KeyCodec.isForAuditors(record.headers()))
                .containsExactly(true, false, true);
        KeyChanged audit = change(records.getFirst());
        assertThat(audit)
                .isEqualTo(new KeyChanged(
                        changed.key(),
                        changed.tenant(),
                        "phone",
                        Change.UPDATED,
                        "admin-0123456789ab",
                        Optional.of("192.0.2.7"),
                        "req_1",
                        Optional.empty(),
                        Optional.of(changed.limits()),
                        Optional.empty(),
                        Optional.of(Set.of("publish")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(MIRROR),
                        changed.at()));
        assertThat(audits()).containsExactly(audit, audit(changed, Optional.of(Result.APPLIED)));
        assertThat(List.of(records.getFirst(), records.getLast()))
                .as("compaction keeps the last one")
                .extracting(ProducerRecord::key)
                .containsOnly(key.key() + "/req_1");
        assertThat(new String(records.getFirst().value(), UTF_8)).doesNotContain(changed.sha256());
    }

    @Test
    void changesNothingWithoutAnAuditEvent() {
        log.failsAuditEvents = true;
        assertRefused(503, () -> renamed().block(SOON));
        assertThat(log.written()).isEmpty();
        assertThat(keys.valid(key.key())).contains(key);
    }

    @Test
    void doesNotUndoAConcurrentRotation() {
        KeyIssued rotated = issuer.rotate(key, Duration.ZERO).event();
        log.others.add(rotated);
        KeyIssued changed = renamed().blockOptional(SOON).orElseThrow();
        assertThat(changed.sha256()).isEqualTo(rotated.sha256());
        assertThat(changed.name()).isEqualTo("phone");
        assertThat(keys.valid(key.key())).contains(changed);
    }

    /** Of three writers, one merged with an event that another one was about to merge, and the third one's change was lost. */
    @Test
    void losesNoneOfManyConcurrentChanges() {
        Sinks.One<Boolean> begin = Sinks.one();
        KeyChanges slow = new KeyChanges(
                keys,
                new EventPublisher((event, callback) -> {
                    Schedulers.parallel().schedule(() -> sent(event, callback), 2, TimeUnit.MILLISECONDS);
                    return new CompletableFuture<>();
                }),
                Schedulers.boundedElastic());
        List<Mono<KeyIssued>> all = IntStream.range(0, 20)
                .mapToObj(i -> begin.asMono()
                        .then(slow.change(
                                key,
                                KeyChangesTest::audit,
                                of -> renamed(of, of.name() + "+" + i),
                                Function.identity())))
                .toList();
        Mono<List<KeyIssued>> changed = Flux.merge(all).collectList();
        begin.tryEmitValue(true);
        assertThat(changed.blockOptional(SOON).orElseThrow()).hasSize(20);
        String name = keys.valid(key.key()).orElseThrow().name();
        assertThat(name.split("\\+")).hasSize(21).doesNotHaveDuplicates();
    }

    @Test
    void keepsARevocationTheNewestEvent() {
        KeyRevoked revoked = issuer.revoke(key);
        log.others.add(revoked);
        assertRefused(404, () -> renamed().block(SOON));
        assertThat(log.written()).last().isEqualTo(revoked);
        assertThat(audits())
                .extracting(KeyChanged::result)
                .containsExactly(Optional.empty(), Optional.of(Result.UNDONE));
    }

    @Test
    void triesAgainToKeepARevocationTheNewestEvent() {
        KeyRevoked revoked = issuer.revoke(key);
        log.others.add(revoked);
        log.failingRevocations = 2;
        assertRefused(404, () -> renamed().block(SOON));
        assertThat(log.written()).last().isEqualTo(revoked);
    }

    @Test
    void aChangeSucceedsWithoutItsResultOnTheLog() {
        log.failsResults = true;
        assertThat(renamed().blockOptional(SOON).orElseThrow().name()).isEqualTo("phone");
        assertThat(audits()).extracting(KeyChanged::result).containsExactly(Optional.empty());
    }

    @Test
    void failsAfterTooManyConcurrentChanges() {
        KeyIssued other = key;
        for (int i = 0; i < 20; i++) {
            other = issuer.rotate(other, Duration.ZERO).event();
            log.others.add(other);
        }
        assertRefused(503, () -> renamed().block(SOON));
        assertThat(keys.valid(key.key())).contains(other);
        assertThat(audits()).last().extracting(KeyChanged::result).isEqualTo(Optional.of(Result.UNDONE));
    }

    @Test
    void aChangeThatAConcurrentOneMakesInvalidIsUndone() {
        KeyIssued rotated = issuer.rotate(key, Duration.ZERO).event();
        log.others.add(rotated);
        Mono<KeyIssued> change = changes.change(
                key,
                KeyChangesTest::audit,
                of -> {
                    if (of.sha256().equals(rotated.sha256())) {
                        throw ApiErrorException.invalidRequest("Not of this one.");
                    }
                    return renamed(of, "phone");
                },
                Function.identity());
        assertRefused(400, () -> change.block(SOON));
        assertThat(audits())
                .extracting(KeyChanged::result)
                .containsExactly(Optional.empty(), Optional.of(Result.UNDONE));
    }

    @Test
    void aChangeIsCompletedWhenTheOperatorDisconnects() {
        Queue<Runnable> sends = new ArrayDeque<>();
        KeyChanges waiting = new KeyChanges(
                keys,
                new EventPublisher((event, callback) -> {
                    sends.add(() -> sent(event, callback));
                    return new CompletableFuture<>();
                }),
                Schedulers.immediate());
        waiting.change(key, KeyChangesTest::audit, of -> renamed(of, "phone"), Function.identity())
                .subscribe()
                .dispose();
        waiting.publish(issuer.revoke(key), KeyChangesTest::audit).subscribe().dispose();
        while (!sends.isEmpty()) {
            sends.remove().run();
        }
        assertThat(log.written()).hasSize(2);
        assertThat(audits())
                .filteredOn(audit -> audit.result().isPresent())
                .extracting(KeyChanged::result)
                .containsExactly(Optional.of(Result.APPLIED), Optional.of(Result.APPLIED));
    }

    @Test
    void restoresTheStateThatAnEventOfADeadGatewayFollows() {
        keys.completed();
        changes.restore().block(SOON);
        assertThat(log.written()).isEmpty();

        KeyIssued state = issuer.rotate(key, Duration.ZERO).event();
        keys.apply(state);
        keys.apply(issuer.rotate(key, Duration.ZERO).event());
        changes.restore().block(SOON);
        KeyIssued again = state.withVersion(Optional.of(3L));
        assertThat(log.written()).containsExactly(again);
        assertThat(keys.valid(key.key())).contains(again);
        changes.restore().block(SOON);
        assertThat(log.written()).hasSize(1);
    }

    @Test
    void restoresARevocationThatAnEventOfADeadGatewayFollows() {
        keys.completed();
        KeyRevoked revoked = issuer.revoke(key);
        keys.apply(revoked);
        keys.apply(issuer.rotate(key, Duration.ZERO).event());
        log.failingRevocations = 1;
        changes.restore().block(SOON);
        assertThat(log.written()).isEmpty();
        changes.restore().block(SOON);
        assertThat(log.written()).containsExactly(revoked);
        assertThat(keys.overwritten()).isEmpty();
    }

    private void sent(ProducerRecord<String, byte[]> event, Callback callback) {
        var _ = log.send(event, callback);
    }

    private List<KeyChanged> audits() {
        return log.history().stream()
                .filter(event -> KeyCodec.isForAuditors(event.headers()))
                .map(KeyChangesTest::change)
                .toList();
    }

    private static KeyEvent decode(ProducerRecord<String, byte[]> event) {
        return KeyCodec.decode(event.headers(), event.value()).orElseThrow();
    }

    private static KeyChanged change(ProducerRecord<String, byte[]> event) {
        return TurnCodec.MAPPER.readValue(event.value(), KeyChanged.class);
    }

    private Mono<KeyIssued> renamed() {
        return changes.change(key, KeyChangesTest::audit, of -> renamed(of, "phone"), Function.identity());
    }

    private KeyIssued renamed(KeyIssued of, String name) {
        return issuer.change(
                of,
                new KeySettings(
                        name,
                        of.limits(),
                        Optional.empty(),
                        Set.of("publish"),
                        Optional.empty(),
                        Optional.empty(),
                        of.expiresAt(),
                        of.mirror()));
    }

    private static KeyChanged audit(KeyEvent event, Optional<Result> result) {
        return KeyChanged.of(event, Change.UPDATED, "admin-0123456789ab", Optional.of("192.0.2.7"), "req_1", result);
    }
}
