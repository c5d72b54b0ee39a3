package dev.parley.gateway.web.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SampleSettings;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import reactor.core.scheduler.Schedulers;

/** Gateways that change one key, in any order of their writes and reads. */
class ConcurrentKeyChangesTest {
    private static final int CHANGES_OF_A_GATEWAY = 4;
    private static final RecordMetadata WRITTEN = new RecordMetadata(new TopicPartition("chat.keys", 0), 0, 0, 0, 0, 0);

    private final KeyIssuer issuer = new KeyIssuer(Clock.systemUTC());

    /** The key events of the log. */
    private final List<KeyEvent> log = new ArrayList<>();

    /** The changes by their numbers, which they add to the name of the key. */
    private final Map<Integer, CompletableFuture<KeyIssued>> changes = new TreeMap<>();

    private final KeyIssued key = issuer.create(new TenantId("acme"), SampleSettings.named("k", KeyLimits.NONE))
            .event();

    /** A gateway that reads the next event of the log when it is told to. */
    private final class Gateway {
        private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, Clock.systemUTC());
        private final KeyChanges keyChanges =
                new KeyChanges(keys, new EventPublisher(this::send), Schedulers.immediate());
        private int read;
        private boolean dead;

        Gateway() {
            keys.completed();
        }

        private Future<RecordMetadata> send(ProducerRecord<String, byte[]> event, Callback callback) {
            if (dead) {
                return new CompletableFuture<>();
            }
            KeyCodec.decode(event.headers(), event.value()).ifPresent(log::add);
            callback.onCompletion(WRITTEN, null);
            return CompletableFuture.completedFuture(WRITTEN);
        }

        void rename(int number) {
            changes.put(
                    number,
                    keyChanges
                            .change(
                                    key,
                                    (event, result) -> KeyChanged.of(
                                            event, Change.UPDATED, "anna", Optional.empty(), "req_1", result),
                                    state -> issuer.change(
                                            state, SampleSettings.named(state.name() + "+" + number, state.limits())),
                                    Function.identity())
                            .toFuture());
        }

        boolean isBehind() {
            return !dead && read < log.size();
        }

        boolean readsNext() {
            boolean behind = isBehind();
            if (behind) {
                keys.apply(log.get(read++));
            }
            return behind;
        }

        KeyEvent state() {
            return keys.all().getFirst();
        }
    }

    @Property(tries = 100)
    void noneOfTheChangesIsLost(@ForAll @IntRange(min = 2, max = 4) int count, @ForAll Random random) {
        List<Gateway> gateways = gateways(count);
        changeAtRandom(gateways, random);
        readAll(gateways, random);

        assertThat(changes.values()).allSatisfy(change -> assertThat(change).isCompleted());
        assertThat(numbers(state(gateways).orElseThrow())).containsExactlyInAnyOrderElementsOf(changes.keySet());
        assertThat(log.getLast())
                .as("what compaction keeps")
                .isEqualTo(gateways.getFirst().state());
    }

    @Property(tries = 100)
    void theDeathOfAGatewayUndoesNoChangeAfterCompaction(
            @ForAll @IntRange(min = 2, max = 4) int count, @ForAll Random random) {
        List<Gateway> gateways = gateways(count);
        boolean revokes = random.nextInt(4) == 0;
        changeAtRandom(gateways, random);
        if (revokes) {
            log.add(issuer.revoke(key));
        }
        for (int reads = random.nextInt(20); reads > 0; reads--) {
            var _ = one(gateways, random).readsNext();
        }
        gateways.getFirst().dead = true;
        List<Gateway> living = gateways.subList(1, count);
        readAll(living, random);
        living.forEach(gateway -> gateway.keyChanges.restore().subscribe());
        readAll(living, random);

        Optional<KeyIssued> state = state(living);
        assertThat(state.isEmpty()).isEqualTo(revokes);
        state.ifPresent(issued -> assertThat(numbers(issued)).containsAll(made()));
        assertThat(log.getLast())
                .as("what compaction keeps")
                .isEqualTo(living.getFirst().state());
        assertThat(living)
                .allSatisfy(gateway -> assertThat(gateway.keys.overwritten()).isEmpty());
    }

    /** A gateway that starts after a compaction up to any record has the state of those that have read all records. */
    @Property(tries = 100)
    void aGatewayThatStartsAfterACompactionHasTheSameState(
            @ForAll @IntRange(min = 2, max = 4) int count, @ForAll Random random) {
        List<Gateway> gateways = gateways(count);
        changeAtRandom(gateways, random);
        readAll(gateways, random);

        IssuedKeys late = new IssuedKeys(OnDisconnect.GRACE, Clock.systemUTC());
        log.subList(random.nextInt(log.size()), log.size()).forEach(late::apply);
        assertThat(late.all()).containsExactly(gateways.getFirst().state());
    }

    private List<Gateway> gateways(int count) {
        log.clear();
        changes.clear();
        log.add(key);
        List<Gateway> gateways = Stream.generate(Gateway::new).limit(count).toList();
        gateways.forEach(Gateway::readsNext);
        return gateways;
    }

    private void changeAtRandom(List<Gateway> gateways, Random random) {
        int all = gateways.size() * CHANGES_OF_A_GATEWAY;
        while (changes.size() < all) {
            Gateway gateway = one(gateways, random);
            if (random.nextBoolean() || !gateway.readsNext()) {
                gateway.rename(changes.size());
            }
        }
    }

    private static void readAll(List<Gateway> gateways, Random random) {
        while (gateways.stream().anyMatch(Gateway::isBehind)) {
            var _ = one(gateways, random).readsNext();
        }
    }

    private static Gateway one(List<Gateway> gateways, Random random) {
        return gateways.get(random.nextInt(gateways.size()));
    }

    /** The state, which all gateways have; empty if the key is revoked. */
    private Optional<KeyIssued> state(List<Gateway> gateways) {
        KeyEvent state = gateways.getFirst().state();
        assertThat(gateways).extracting(Gateway::state).containsOnly(state);
        return switch (state) {
            case KeyIssued issued -> Optional.of(issued);
            case KeyRevoked _ -> Optional.empty();
        };
    }

    /** The changes that have succeeded. */
    private List<Integer> made() {
        return changes.entrySet().stream()
                .filter(change ->
                        change.getValue().isDone() && !change.getValue().isCompletedExceptionally())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Integer> numbers(KeyIssued state) {
        return Arrays.stream(state.name().split("\\+"))
                .skip(1)
                .map(Integer::valueOf)
                .toList();
    }
}
