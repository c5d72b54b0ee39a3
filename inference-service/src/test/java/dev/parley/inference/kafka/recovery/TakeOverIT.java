package dev.parley.inference.kafka.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.AnswerEvents;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.LogProbe;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.partitions.TurnLog;
import dev.parley.localstack.LocalKafka;
import dev.parley.testing.Events;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recovery of requests: each ends in exactly one turn, at whatever step its owner died. */
class TakeOverIT {
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** A silence limit longer than any test, so that a takeover has another cause. */
    private static final Duration NEVER = Duration.ofHours(1);

    /** Longer than any test. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    private static final String HALF = AnswerEvents.text("Hello. ");
    private static final int PARTITION = 0;

    private static final LocalKafka KAFKA = LocalKafka.shared();

    @AutoClose
    private static final LogProbe log = new LogProbe(KAFKA.bootstrapServers());

    /** The records of an owner that died ten seconds ago. */
    enum Left {
        NOTHING(1, "Good day"),
        A_HEARTBEAT(1, "Good day"),
        HALF_OF_THE_ANSWER(1, "Hello. Good day"),
        ALL_BUT_THE_TURN(0, "Good day"),
        A_CACHED_ANSWER_BUT_NOT_THE_TURN(0, "Good day"),
        HALF_OF_A_CACHED_ANSWER(1, "Hello. Good day"),
        A_FAILURE_BUT_NOT_THE_TURN(0, ""),
        ALL_BUT_THE_COMMITTED_OFFSET(0, "Good day");

        private final int calls;
        private final String text;

        Left(int calls, String text) {
            this.calls = calls;
            this.text = text;
        }

        private List<Delta> deltas(GenerationId generation) {
            Delta heartbeat = new Heartbeat(generation, 1, 0);
            return switch (this) {
                case NOTHING -> List.of();
                case A_HEARTBEAT -> List.of(heartbeat);
                case HALF_OF_THE_ANSWER ->
                    List.of(heartbeat, frames(generation, 1, GreetingClaude.START + HALF, false));
                case ALL_BUT_THE_TURN, ALL_BUT_THE_COMMITTED_OFFSET ->
                    List.of(
                            heartbeat,
                            frames(generation, 1, GreetingClaude.START + GreetingClaude.GREETING, false),
                            frames(generation, 2, GreetingClaude.STOP, true));
                case A_CACHED_ANSWER_BUT_NOT_THE_TURN ->
                    List.of(cached(
                            generation, GreetingClaude.START + GreetingClaude.GREETING + GreetingClaude.STOP, true));
                case HALF_OF_A_CACHED_ANSWER -> List.of(cached(generation, GreetingClaude.START + HALF, false));
                case A_FAILURE_BUT_NOT_THE_TURN ->
                    List.of(
                            heartbeat,
                            new Failed(
                                    generation,
                                    1,
                                    1,
                                    CacheVerdict.MISS,
                                    500,
                                    "",
                                    false,
                                    "{\"error\":{}}".getBytes(UTF_8)));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void recordsOneTurnForEachStateOfThePreviousOwner(Left left) throws Exception {
        ChatRequested asked = asked();
        GenerationId generation = asked.generation();
        RecordMetadata request = log.write(RequestCodec.encode(asked));
        long died = Instant.now().minusSeconds(10).toEpochMilli();
        for (Delta delta : left.deltas(generation)) {
            log.write(delta, PARTITION, died);
        }
        if (left == Left.ALL_BUT_THE_COMMITTED_OFFSET) {
            recordAs(request.partition(), asked);
        }

        try (RunningInference successor = RunningInference.start(KAFKA.bootstrapServers(), SILENCE)) {
            log.awaitCommitted(request);
            assertThat(successor.claude().calls()).isEqualTo(left.calls);
        }
        Turn turn = onlyTurnOf(generation);
        assertThat(turn).isInstanceOf(left == Left.A_FAILURE_BUT_NOT_THE_TURN ? ChatFailed.class : ChatCompleted.class);
        assertThat(text(turn)).isEqualTo(left.text);
        assertThat(turn.facts().cache() == CacheVerdict.EXACT).isEqualTo(left == Left.A_CACHED_ANSWER_BUT_NOT_THE_TURN);
        assertThat(log.deltas(generation))
                .filteredOn(Recorded.class::isInstance)
                .hasSize(1);
    }

    @Test
    void takesOverAReleasedGenerationAtOnce() throws Exception {
        ChatRequested asked = asked();
        GenerationId generation = asked.generation();
        RecordMetadata request = log.write(RequestCodec.encode(asked));
        long now = Instant.now().toEpochMilli();
        log.write(new Heartbeat(generation, 1, 0), PARTITION, now);
        log.write(frames(generation, 1, GreetingClaude.START + HALF, false), PARTITION, now);
        log.write(new Released(generation, 1, 2), PARTITION, now);
        try (RunningInference _ = RunningInference.start(KAFKA.bootstrapServers(), NEVER)) {
            log.awaitCommitted(request);
        }
        assertThat(text(onlyTurnOf(generation))).isEqualTo("Hello. Good day");
    }

    /** The first replica starts all requests and is stopped in the middle; then the second owns the partitions. */
    @Test
    void continuesTheGenerationsOfAStoppedReplica() throws Exception {
        List<ChatRequested> asked = Stream.generate(TakeOverIT::asked).limit(20).toList();
        List<RecordMetadata> requests = new ArrayList<>();
        try (RunningInference first = RunningInference.start(KAFKA.bootstrapServers(), NEVER)) {
            first.claude().hold();
            for (ChatRequested each : asked) {
                requests.add(log.write(RequestCodec.encode(each)));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> first.claude().calls() == asked.size());
            try (RunningInference second = RunningInference.start(KAFKA.bootstrapServers(), NEVER)) {
                await().atMost(Duration.ofSeconds(30)).until(second::joined);
                first.stop();
                requests.forEach(log::awaitCommitted);
            }
        }
        Map<GenerationId, List<Turn>> turns =
                log.turns(asked.stream().map(ChatRequested::generation).toList());
        assertThat(turns).hasSize(asked.size());
        assertThat(turns.values())
                .allSatisfy(each -> assertThat(each)
                        .singleElement()
                        .satisfies(turn -> assertThat(text(turn)).startsWith(GreetingClaude.TEXT)));
    }

    /**
     * Another one starts when the answer has expired: it finds the turn. With a broker of its own, because the records of other answers
     * expire as well.
     */
    @Test
    void recordsTheTurnOfAnAnswerThatEndsWhileTheOnlyReplicaStops() throws Exception {
        ChatRequested asked = asked();
        try (LocalKafka stopping = LocalKafka.start().withTopics();
                LogProbe probe = new LogProbe(stopping.bootstrapServers())) {
            RecordMetadata request;
            try (RunningInference only = RunningInference.start(stopping.bootstrapServers(), NEVER, GRACE)) {
                request = begin(asked, only, probe);
                Thread leaving = leave(only);
                only.claude().release();
                leaving.join();
            }
            await().untilAsserted(() -> assertThat(probe.turns(asked.generation()))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ChatCompleted.class, turn -> assertThat(text(turn)).isEqualTo(GreetingClaude.TEXT)));
            probe.expire(Topics.DELTAS, PARTITION);
            try (RunningInference next = RunningInference.start(stopping.bootstrapServers(), SILENCE)) {
                probe.awaitCommitted(request);
                assertThat(next.claude().calls()).isZero();
            }
            assertThat(probe.turns(asked.generation())).hasSize(1);
        }
    }

    /** The next owner has fenced the first one, and records the turn from the log. */
    @Test
    void recordsOneTurnOfAnAnswerThatEndsWhileItsOwnerStopsAndAnotherHasItsPartition() throws Exception {
        ChatRequested asked = asked();
        ChatRequested later = asked();
        try (RunningInference first = RunningInference.start(KAFKA.bootstrapServers(), NEVER, GRACE)) {
            RecordMetadata request = begin(asked, first, log);
            Thread leaving = leave(first);
            try (RunningInference second = RunningInference.start(KAFKA.bootstrapServers(), NEVER)) {
                RecordMetadata next = log.write(RequestCodec.encode(later));
                assertThat(next.partition()).isEqualTo(request.partition());
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> second.claude().calls() == 1);
                first.claude().release();
                leaving.join();
                log.awaitCommitted(request);
                assertThat(second.claude().calls()).isEqualTo(1);
            }
        }
        assertThat(text(onlyTurnOf(asked.generation()))).isEqualTo(GreetingClaude.TEXT);
        assertThat(log.deltas(asked.generation()))
                .filteredOn(Recorded.class::isInstance)
                .hasSize(1);
    }

    /** Has a replica begin an answer, which does not end before its Claude is released. */
    private static RecordMetadata begin(ChatRequested asked, RunningInference replica, LogProbe probe)
            throws Exception {
        replica.claude().hold();
        await().atMost(Duration.ofSeconds(30)).until(replica::joined);
        RecordMetadata request = probe.write(RequestCodec.encode(asked));
        await().atMost(Duration.ofSeconds(60)).until(() -> replica.claude().calls() == 1);
        return request;
    }

    /** Stops a replica, and returns when it has left the group. The thread ends with the stop. */
    private static Thread leave(RunningInference replica) {
        Thread leaving = Thread.ofPlatform().start(replica::stop);
        await().atMost(Duration.ofSeconds(30)).until(() -> !replica.joined());
        return leaving;
    }

    /** With a broker of its own, because partitions cannot be removed. */
    @Test
    void answersRequestsOfPartitionsThatAreAddedMeanwhile() throws Exception {
        int added = Topics.REQUESTS.partitions();
        ChatRequested asked = asked();
        try (LocalKafka growing = LocalKafka.start().withTopics();
                LogProbe probe = new LogProbe(growing.bootstrapServers());
                RunningInference only = RunningInference.start(growing.bootstrapServers(), NEVER)) {
            await().atMost(Duration.ofSeconds(30)).until(only::joined);
            ProducerRecord<String, byte[]> encoded = RequestCodec.encode(asked);
            probe.grow(Topics.REQUESTS, added + 1);
            probe.awaitCommitted(probe.write(
                    new ProducerRecord<>(encoded.topic(), added, encoded.key(), encoded.value(), encoded.headers())));
            assertThat(probe.turns(asked.generation())).singleElement().isInstanceOf(ChatCompleted.class);
        }
    }

    /**
     * The freeze exceeds the session timeout and the transaction timeout. With a broker of its own: a broker that fences itself
     * may leave a transaction open, which would block all later readers.
     */
    @Test
    void recordsOneTurnAfterAFreezeOfTheBroker() throws Exception {
        ChatRequested asked = asked();
        try (LocalKafka frozen = LocalKafka.start().withTopics();
                LogProbe probe = new LogProbe(frozen.bootstrapServers())) {
            try (RunningInference only = RunningInference.start(frozen.bootstrapServers(), SILENCE)) {
                only.claude().hold();
                RecordMetadata request = probe.write(RequestCodec.encode(asked));
                await().atMost(Duration.ofSeconds(60)).until(() -> only.claude().calls() == 1);
                frozen.pause();
                try {
                    only.claude().release();
                    boolean _ = new CountDownLatch(1).await(12, TimeUnit.SECONDS);
                } finally {
                    frozen.resume();
                }
                probe.awaitCommitted(request);
            }
            assertThat(probe.turns(asked.generation())).singleElement().isInstanceOf(ChatCompleted.class);
        }
    }

    /** The deltas have expired, and another replica has not ended its transaction. */
    @Test
    void looksForATurnBehindAnOpenTransaction() throws Exception {
        ChatRequested asked = asked();
        InferenceClients clients = RunningInference.clients(KAFKA.bootstrapServers());
        try (Consumer<String, byte[]> offsets = clients.endOffsetConsumer()) {
            try (Producer<String, byte[]> other = clients.turnProducer(PARTITION + 1)) {
                other.initTransactions();
                other.beginTransaction();
                other.send(new ProducerRecord<>(
                                Topics.TURNS.name(), asked.conversation().value(), new byte[0]))
                        .get();
                recordAs(PARTITION, asked);
                assertThat(lookedUp(asked, offsets)).isEmpty();
                other.abortTransaction();
            }
            // The look-up ends without a result if a busy machine makes no progress for three seconds.
            await().atMost(Duration.ofSeconds(60))
                    .pollInSameThread()
                    .untilAsserted(() -> assertThat(lookedUp(asked, offsets)).contains(true));
            await().atMost(Duration.ofSeconds(60))
                    .pollInSameThread()
                    .untilAsserted(() -> assertThat(lookedUp(asked(), offsets)).contains(false));
        }
    }

    private static Optional<Boolean> lookedUp(ChatRequested asked, Consumer<String, byte[]> offsets) {
        return new TurnLookup(RunningInference.clients(KAFKA.bootstrapServers())::turnLookupConsumer, System::nanoTime)
                .contain(asked, offsets);
    }

    @Test
    void publishesDeadLettersAndContinues() throws Exception {
        List<RecordMetadata> poisoned = new ArrayList<>();
        ProducerRecord<String, byte[]> good = RequestCodec.encode(asked());
        poisoned.add(log.write(new ProducerRecord<>(good.topic(), good.key(), "{}".getBytes(UTF_8))));
        poisoned.add(log.write(new ProducerRecord<>(good.topic(), null, good.key(), null, good.headers())));
        poisoned.add(log.write(with(CloudEvent.TYPE, "dev.parley.Unheard.v9")));
        poisoned.add(log.write(with(CloudEvent.REPLY_PARTITION, "4711")));
        poisoned.add(log.write(with(CloudEvent.TIME, Instant.MAX.toString())));
        poisoned.add(log.write(with(CloudEvent.RECEIVED_AT, Instant.MIN.toString())));
        // The largest record of the topic: with the reason in its headers, it exceeds the limit of the dead letters.
        poisoned.add(log.write(new ProducerRecord<>(
                good.topic(),
                null,
                good.key(),
                new byte[Topics.REQUESTS.recordBytesMax() - 200],
                new RecordHeaders())));
        ChatRequested asked = asked();
        RecordMetadata request = log.write(RequestCodec.encode(asked));
        try (RunningInference _ = RunningInference.start(KAFKA.bootstrapServers(), SILENCE)) {
            log.awaitCommitted(request);
        }
        assertThat(onlyTurnOf(asked.generation())).isInstanceOf(ChatCompleted.class);
        List<ConsumerRecord<String, byte[]>> letters = log.all(Topics.REQUESTS.dead());
        assertThat(letters.stream().map(letter -> header(letter, DeadLetter.OFFSET)))
                .containsExactlyInAnyOrderElementsOf(poisoned.stream()
                        .map(each -> Long.toString(each.offset()))
                        .toList());
        assertThat(letters)
                .allMatch(letter -> !header(letter, DeadLetter.REASON).isEmpty());
    }

    private static ProducerRecord<String, byte[]> with(String header, String value) {
        ProducerRecord<String, byte[]> record = RequestCodec.encode(asked());
        record.headers().remove(header);
        new EventHeaders(record.headers()).put(header, value);
        return record;
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new EventHeaders(record.headers()).find(name).orElse("");
    }

    /** Records the turn of a complete answer as the previous owner, before its death. */
    private static void recordAs(int partition, ChatRequested asked) throws Exception {
        InferenceClients clients = RunningInference.clients(KAFKA.bootstrapServers());
        List<Delta> pieces = new ArrayList<>();
        FinishedTurn finished = RunningInference.runner(new GreetingClaude(), RunningInference.generations(SILENCE))
                .run(RoutedRequest.toClaude(asked, Instant.now()), pieces::add, new Cancellation());
        try (TurnLog turns = RunningInference.turnLog(clients, partition)) {
            assertThat(turns.record(finished, PARTITION, turns.repairs())).isTrue();
        }
    }

    private static Turn onlyTurnOf(GenerationId generation) {
        List<Turn> turns = log.turns(generation);
        assertThat(turns).hasSize(1);
        return turns.getFirst();
    }

    private static String text(Turn turn) {
        return turn.message().at("/content/0/text").stringValue("");
    }

    /** A request that does not share the answer to another. */
    private static ChatRequested asked() {
        return Events.requested(request -> {
            request.publishedAt = Instant.now();
            request.cachePolicy = CachePolicy.NO_CACHE;
        });
    }

    private static Frames cached(GenerationId generation, String text, boolean last) {
        return new Frames(generation, 1, 0, CacheVerdict.EXACT, text.getBytes(UTF_8), last);
    }

    private static Frames frames(GenerationId generation, int sequence, String text, boolean last) {
        return new Frames(generation, 1, sequence, CacheVerdict.MISS, text.getBytes(UTF_8), last);
    }
}
