package dev.parley.inference.kafka.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Origin;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.inference.generation.AnswerEvents;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.Requests;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.commands.Cancellations;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.inference.routing.AnswerLookup;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.routing.SimilarLookup.Result.Undecided;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationExecutorTest {
    private static final int GENERATIONS_MAX = 2;

    private final FakeLog log = new FakeLog();
    private final GreetingClaude greeting = new GreetingClaude();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final List<CompletableFuture<Claude.Response>> calls = new CopyOnWriteArrayList<>();
    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private final OwnedPartition owned = owned();
    private final GenerationExecutor executor = executor(GENERATIONS_MAX, _ -> new NotFound());
    private final RecoveryExecutor recoveries = log.recoveries(executor, this::ask);
    private volatile boolean unanswered;
    private long offset;

    private GenerationExecutor executor(int generationsMax, AnswerLookup cached) {
        return executor(generationsMax, RunningInference.router(cached));
    }

    private GenerationExecutor executor(int generationsMax, RequestRouter router) {
        return log.executor(this::ask, generationsMax, Runtime.getRuntime().maxMemory() / 5, router);
    }

    @AfterEach
    void stop() throws InterruptedException {
        greeting.release();
        executor.drain(Duration.ofMillis(1));
    }

    @Test
    void finishesARequestWhenItsTurnIsRecorded() throws Exception {
        greeting.hold();
        InFlightRequest request = request();
        executor.submit(request, true);
        await().until(() -> greeting.calls() == 1);
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
        greeting.release();
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
    }

    @Test
    void runsAGenerationOnceIfItsRequestIsRepeated() throws Exception {
        greeting.hold();
        InFlightRequest first = request();
        executor.submit(first, true);
        executor.submit(again(first), true);
        greeting.release();
        awaitFinished();
        executor.submit(again(first), false);
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
        assertThat(greeting.calls()).isEqualTo(1);
        assertThat(executor.redelivered()).isEmpty();
    }

    @Test
    void checksTheLogOfARedeliveredRequestFirst() throws Exception {
        InFlightRequest request = request();
        executor.submit(request, false);
        assertThat(executor.redelivered()).containsExactly(request);
        assertThat(greeting.calls()).isZero();
    }

    @Test
    void failsARequestAtCapacityWithATurn() throws Exception {
        greeting.hold();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            executor.submit(requestOfAnotherKey(), true);
        }
        await().until(executor.places()::areAllTaken);
        InFlightRequest oneTooMany = differentRequest();
        executor.submit(oneTooMany, true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(oneTooMany.generation()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Delta.Failed.class,
                        failed -> assertThat(failed.status()).isEqualTo(529));
    }

    /** Else one key, whose answers are slow, keeps all others from being answered. */
    @Test
    void leavesTheLastPlacesToOtherKeys() throws Exception {
        GenerationExecutor ten = executor(10, _ -> new NotFound());
        greeting.hold();
        for (int i = 0; i < 8; i++) {
            ten.submit(differentRequest(), true);
        }
        await().until(() -> greeting.calls() == 8);
        InFlightRequest oneTooMany = differentRequest();
        ten.submit(oneTooMany, true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(oneTooMany.generation()))
                .singleElement()
                .isInstanceOfSatisfying(Delta.Failed.class, failed -> {
                    assertThat(failed.status()).isEqualTo(429);
                    assertThat(failed.retryAfter()).isNotEmpty();
                });

        for (int i = 0; i < 2; i++) {
            ten.submit(requestOfAnotherKey(), true);
        }
        await().until(() -> greeting.calls() == 10);
        greeting.release();
        awaitFinished();
        ten.submit(differentRequest(), true);
        awaitFinished();
        assertThat(greeting.calls()).isEqualTo(11);
    }

    /** Else one key, whose rejected requests wait for their turns to be recorded, has those of all others rejected. */
    @Test
    void countsRejectedRequestsForNoShareOfTheHeap() throws Exception {
        greeting.hold();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            executor.submit(requestOfAnotherKey(), true);
        }
        await().until(executor.places()::areAllTaken);
        producers.getLast().fenceProducer();
        InFlightRequest rejected = request(asked -> {
            asked.request = " ".repeat(1_000_000).getBytes(UTF_8);
            asked.cachePolicy = CachePolicy.NO_CACHE;
        });
        executor.submit(rejected, true);
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(rejected);
        // Copies of a duplicate count too.
        for (long bytes = 0; bytes < Runtime.getRuntime().maxMemory() / 4; bytes += rejected.bytes()) {
            executor.submit(again(rejected), true);
        }
        greeting.release();
        await().until(() -> executor.places().running() == 0);

        executor.submit(requestOfAnotherKey(), true);
        await().until(() -> greeting.calls() == GENERATIONS_MAX + 1);
        assertThat(log.deltas())
                .filteredOn(Delta.Failed.class::isInstance)
                .extracting(Delta::generation)
                .containsExactly(rejected.generation());
    }

    /** Else the long answers of one key end the replica, and then those that take them over. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void boundsTheAnswersOfAKeyByTheirBytes(boolean copied) throws Exception {
        GenerationExecutor twenty = log.executor(this::ask, 20, 130_000, RunningInference.router(_ -> new NotFound()));
        greeting.hold();
        List<InFlightRequest> ofOneKey = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ofOneKey.add(copied ? request() : differentRequest());
            twenty.submit(ofOneKey.getLast(), true);
        }
        greeting.say("x".repeat(10_000));
        await().until(() -> textOf(ofOneKey) > 80_000);
        int calls = greeting.calls();
        InFlightRequest oneMore = differentRequest();
        twenty.submit(oneMore, true);
        await().until(() -> turns() == 1);
        assertThat(failures()).singleElement().satisfies(failed -> {
            assertThat(failed.generation()).isEqualTo(oneMore.generation());
            assertThat(failed.status()).isEqualTo(429);
        });
        twenty.submit(requestOfAnotherKey(), true);
        await().until(() -> greeting.calls() == calls + 1);

        greeting.say("x".repeat(10_000));
        await().until(() -> turns() >= 5);
        assertThat(failures().skip(1)).allSatisfy(failed -> {
            assertThat(ofOneKey).extracting(InFlightRequest::generation).contains(failed.generation());
            assertThat(new String(failed.body(), UTF_8)).contains("The answer is too long.");
        });

        greeting.release();
        awaitFinished();
        long before = turns();
        twenty.submit(differentRequest(), true);
        await().until(() -> turns() > before);
        assertThat(greeting.calls()).isEqualTo(calls + 2);
    }

    private long textOf(List<InFlightRequest> requests) {
        return log.deltas().stream()
                .filter(delta -> requests.stream()
                        .anyMatch(request -> request.generation().equals(delta.generation())))
                .mapToLong(delta -> delta instanceof Delta.Frames piece ? piece.frames().length : 0)
                .sum();
    }

    private Stream<Delta.Failed> failures() {
        return log.deltas().stream().filter(Delta.Failed.class::isInstance).map(Delta.Failed.class::cast);
    }

    /** Has a large stored answer to each request, and memory for ten of them. */
    private GenerationExecutor replayingLargeAnswers() {
        String frames =
                GreetingClaude.START + AnswerEvents.text("x".repeat(400_000)).repeat(4) + GreetingClaude.STOP;
        CachedAnswer large = new CachedAnswer("{\"content\":[]}".getBytes(UTF_8), Gzip.pack(frames.getBytes(UTF_8)));
        CacheEntry kept = new CacheEntry(
                new Origin(new ConversationId("source"), GenerationId.unsigned(Clock.systemUTC(), 0)), large);
        long tenAnswers = 10 * 2 * (large.framesBytes() + 1_000L);
        return log.executor(this::ask, 20, tenAnswers / 5 * 8, RunningInference.router(_ -> new Found(kept)));
    }

    /** Else a key that repeats large answers has the exact hits of all others answered, and charged, by Claude. */
    @Test
    void leavesMemoryForCachedAnswersToOtherKeys() {
        GenerationExecutor replaying = replayingLargeAnswers();
        log.holdWrites(FakeLog.PARTITION);
        for (int i = 0; i < 12; i++) {
            replaying.submit(request(asked -> asked.fingerprint = Events.fingerprint()), true);
        }
        await().until(() -> greeting.calls() == 4);

        InFlightRequest ofAnotherKey = request(asked -> {
            asked.key = Optional.of(KeyId.next(Clock.systemUTC()));
            asked.reply = new ReplyAddress(1, 0);
        });
        replaying.submit(ofAnotherKey, true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(ofAnotherKey.generation()))
                .filteredOn(Delta.Frames.class::isInstance)
                .extracting(delta -> ((Delta.Frames) delta).cache())
                .containsOnly(CacheVerdict.EXACT);
        assertThat(greeting.calls()).isEqualTo(4);

        log.takeWrites(FakeLog.PARTITION);
        awaitFinished();
        replaying.submit(request(asked -> asked.fingerprint = Events.fingerprint()), true);
        awaitFinished();
        assertThat(greeting.calls()).isEqualTo(4);
    }

    /** Each is in memory as a turn, and a transaction may hang. */
    @Test
    void countsCachedAnswersUntilTheirTurnsAreRecorded() {
        GenerationExecutor replaying = replayingLargeAnswers();
        CountDownLatch committed = new CountDownLatch(1);
        OwnedPartition slow = OwnedPartitions.with(() -> new HeldProducer(committed));
        for (int i = 0; i < 12; i++) {
            slow.watermark().begin(i);
            InFlightRequest next = new InFlightRequest(requestedTo(FakeLog.PARTITION), slow, i);
            replaying.submit(next, true);
            await().until(() -> isShown(next));
        }
        assertThat(greeting.calls()).isEqualTo(2);

        committed.countDown();
        await().until(() -> slow.watermark().unfinished() == 0);
        replaying.submit(request(asked -> asked.fingerprint = Events.fingerprint()), true);
        awaitFinished();
        assertThat(greeting.calls()).isEqualTo(2);
    }

    private boolean isShown(InFlightRequest request) {
        return log.deltas().stream()
                .anyMatch(delta -> delta.generation().equals(request.generation())
                        && delta instanceof Delta.Frames piece
                        && piece.last());
    }

    /** Else one gateway, whose partition cannot be written, keeps the requests of all others from being consumed. */
    @Test
    void consumesFurtherWhileStoredAnswersCannotBeDelivered() {
        GenerationExecutor replaying = executor(GENERATIONS_MAX, _ -> cached());
        log.holdWrites(1);
        for (int i = 0; i < 1_000; i++) {
            replaying.submit(begun(requestedTo(1)), true);
        }
        InFlightRequest other = begun(requestedTo(FakeLog.PARTITION));
        replaying.submit(other, true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas()).extracting(Delta::generation).containsOnly(other.generation());
        assertThat(replaying.shouldPause()).isFalse();

        log.takeWrites(1);
        awaitFinished();
        assertThat(turns()).isEqualTo(1_001);
        assertThat(greeting.calls()).isZero();
    }

    /** Each is in memory, and a transaction may hang. */
    @Test
    void consumesNoMoreWhileManyTurnsWaitToBeRecorded() {
        GenerationExecutor replaying = executor(GENERATIONS_MAX, _ -> cached());
        CountDownLatch committed = new CountDownLatch(1);
        OwnedPartition slow = OwnedPartitions.with(() -> new HeldProducer(committed));
        for (int i = 0; i < 1_000; i++) {
            slow.watermark().begin(i);
            replaying.submit(new InFlightRequest(requestedTo(FakeLog.PARTITION), slow, i), true);
        }
        await().until(replaying::shouldPause);
        committed.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> slow.watermark().unfinished() == 0);
        assertThat(replaying.shouldPause()).isFalse();
    }

    /** A producer of turns whose commits wait. As those of a real one, they fail when they are interrupted. */
    private static final class HeldProducer extends MockProducer<String, byte[]> {
        private final CountDownLatch committed;
        private volatile boolean isCommitting;

        private HeldProducer(CountDownLatch committed) {
            super(true, null, new StringSerializer(), new ByteArraySerializer());
            this.committed = committed;
        }

        @Override
        public void commitTransaction() {
            isCommitting = true;
            try {
                committed.await();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            super.commitTransaction();
        }
    }

    private static Lookup cached() {
        String frames = GreetingClaude.START + GreetingClaude.GREETING + GreetingClaude.STOP;
        return new Found(new CacheEntry(
                new Origin(new ConversationId("source"), GenerationId.unsigned(Clock.systemUTC(), 0)),
                new CachedAnswer("{}".getBytes(UTF_8), Gzip.pack(frames.getBytes(UTF_8)))));
    }

    /** A request of a key of its own that is not coalesced, with the reader on a partition of {@code chat.deltas}. */
    private static ChatRequested requestedTo(int partition) {
        return Events.requested(asked -> {
            asked.request = (new String(asked.request, UTF_8) + " ".repeat(5_000)).getBytes(UTF_8);
            asked.key = Optional.of(KeyId.next(Clock.systemUTC()));
            asked.fingerprint = Events.fingerprint();
            asked.reply = new ReplyAddress(partition, 0);
        });
    }

    /** The next owner starts it at once, as nothing is on the log: Claude would bill both calls. */
    @Test
    void makesNoCallAfterLosingThePartitionDuringItsLookUp() throws Exception {
        GenerationExecutor losing = executor(GENERATIONS_MAX, _ -> {
            owned.turns().close();
            return new NotFound();
        });
        losing.submit(request(), true);
        await().until(() -> !owned.turns().isOpen());
        losing.drain(Duration.ofSeconds(5));
        assertThat(greeting.calls()).isZero();
        assertThat(log.deltas()).isEmpty();
    }

    /** Else the call runs on and is charged, and its client gets the answer all the same. */
    @Test
    void stopsAskingAJudgeForACancelledRequest() throws Exception {
        TestJudge judge = new TestJudge(new CompletableFuture<>());
        JudgedAnswer stored = new JudgedAnswer(judge::start, Optional::empty, () -> {});
        GenerationExecutor judging = executor(GENERATIONS_MAX, judging(stored));
        InFlightRequest request = request(asked ->
                asked.similar = Optional.of(new SimilarQuestion(SimilarMode.JUDGED, asked.fingerprint, "Why?")));
        judging.submit(request, true);
        await().until(judge.asked::isDone);
        log.cancellations().request(request.generation(), request.requested().tenant());
        awaitFinished();
        assertThat(judge.stopped).isDone();
        assertThat(greeting.calls()).isZero();
        assertThat(log.deltas())
                .singleElement()
                .isInstanceOfSatisfying(
                        Delta.Failed.class,
                        failed -> assertThat(failed.status()).isEqualTo(499));
        assertThat(turns()).isEqualTo(1);
    }

    /** Else the stored answers that judges permit take memory without a bound. */
    @Test
    void continuesWithClaudeIfThereIsNoMemoryForAHedgedAnswer() throws Exception {
        TestJudge judge = new TestJudge(CompletableFuture.completedFuture(true));
        String frames = GreetingClaude.START + AnswerEvents.text("x".repeat(400_000)) + GreetingClaude.STOP;
        CachedAnswer large = new CachedAnswer("{}".getBytes(UTF_8), Gzip.pack(frames.getBytes(UTF_8)));
        JudgedAnswer stored = new JudgedAnswer(judge::start, () -> Optional.of(large), () -> {});
        GenerationExecutor hedging = log.executor(this::ask, GENERATIONS_MAX, 1_000_000, judging(stored));
        unanswered = true;
        hedging.submit(
                request(asked -> asked.similar =
                        Optional.of(new SimilarQuestion(SimilarMode.HEDGED, asked.fingerprint, "Why?"))),
                true);
        await().until(judge.stopped::isDone);
        calls.getLast().complete(greeting.response());
        awaitFinished();
        assertThat(log.deltas())
                .filteredOn(Delta.Frames.class::isInstance)
                .first()
                .isInstanceOfSatisfying(Delta.Frames.class, piece -> {
                    assertThat(piece.cache()).isEqualTo(CacheVerdict.MISS);
                    assertThat(piece.similar()).map(SimilarCheck::gate).contains("crowded");
                });
    }

    private static RequestRouter judging(JudgedAnswer stored) {
        return new RequestRouter(
                _ -> Optional.empty(),
                _ -> new NotFound(),
                (_, _) -> new Undecided(stored, SimilarTrace.NONE),
                (_, _) -> {},
                Clock.systemUTC());
    }

    private static final class TestJudge implements Judging {
        private final CompletableFuture<Boolean> permitted;
        private final CompletableFuture<Boolean> asked = new CompletableFuture<>();
        private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();

        private TestJudge(CompletableFuture<Boolean> permitted) {
            this.permitted = permitted;
        }

        Judging start() {
            asked.complete(true);
            return this;
        }

        @Override
        public CompletableFuture<Boolean> permitted() {
            return permitted;
        }

        @Override
        public SimilarTrace stop() {
            stopped.complete(true);
            return SimilarTrace.of(
                    new SimilarCheck("reused:judge", Optional.empty(), Optional.empty(), Optional.empty()));
        }

        @Override
        public Optional<List<Attempt>> calls() {
            return Optional.of(List.of());
        }
    }

    /** Its answer went on for an identical request when it had no reader. */
    @Test
    void continuesAnAnswerWhoseReaderIsBackWhenTheLastFollowerLeaves() throws Exception {
        greeting.hold();
        InFlightRequest leader = request();
        executor.submit(leader, true);
        await().until(() -> greeting.calls() == 1);
        InFlightRequest follower = request(asked -> asked.key = Optional.of(KeyId.next(Clock.systemUTC())));
        executor.submit(follower, true);
        await().until(() -> log.deltas().stream()
                .anyMatch(delta ->
                        delta instanceof Delta.Frames && delta.generation().equals(follower.generation())));
        Cancellations cancellations = log.cancellations();
        cancellations.abandon(leader.generation(), Events.TENANT);
        cancellations.withdraw(leader.generation(), Events.TENANT);
        cancellations.abandon(follower.generation(), Events.TENANT);
        await().until(() -> turns() > 0);
        greeting.release();
        awaitFinished();
        assertThat(log.deltas())
                .filteredOn(Delta.Failed.class::isInstance)
                .extracting(Delta::generation)
                .containsExactly(follower.generation());
    }

    @Test
    void claimsNothingAfterLosingThePartition() throws Exception {
        InFlightRequest request = request();
        executor.submit(request, false);
        executor.redelivered().take();
        owned.turns().close();
        recoveries.takeOver(request, generationLog(), 0);
        await().until(() -> executor.places().running() == 0);
        assertThat(log.deltas()).isEmpty();
        assertThat(greeting.calls()).isZero();
    }

    /** None of them holds its permit, for which the next one would wait. */
    @Test
    void leavesWhatItWouldTakeOverToTheNextOwnersWhenItStops() throws Exception {
        executor.drain(Duration.ofMillis(1));
        for (int i = 0; i <= RecoveryPermits.PERMITS_MAX; i++) {
            assertThat(recoveries.takeOver(differentRequest(), Generations.log(), 0))
                    .isTrue();
        }
        assertThat(executor.places().running()).isZero();
    }

    /** Else new requests would take each place that becomes free, while readers of interrupted answers wait. */
    @Test
    void leavesReservedPlacesToRedeliveredRequests() throws Exception {
        greeting.hold();
        executor.submit(differentRequest(), true);
        await().until(() -> executor.places().running() == 1);
        executor.places().reserve(1);
        executor.submit(requestOfAnotherKey(), true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas().getLast())
                .isInstanceOfSatisfying(
                        Delta.Failed.class,
                        failed -> assertThat(failed.status()).isEqualTo(529));

        recoveries.takeOver(differentRequest(), Generations.log(), log.deltas().size());
        await().until(() -> greeting.calls() == 2);
        executor.places().reserve(0);
    }

    /** The outcome is unknown, so the log decides. */
    @Test
    void checksTheLogAgainAfterAnUncertainCommit() throws Exception {
        InFlightRequest request = request();
        producers.getLast().fenceProducer();
        executor.submit(request, true);
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
    }

    @Test
    void recordsNothingAfterLosingThePartition() throws Exception {
        greeting.hold();
        InFlightRequest request = request();
        executor.submit(request, true);
        await().until(() -> greeting.calls() == 1);
        owned.turns().close();
        greeting.release();
        await().until(() -> executor.places().running() == 0);
        assertThat(executor.redelivered()).isEmpty();
        assertThat(turns()).isZero();
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
    }

    /** A replica that was frozen: no reader gets what it publishes, and Claude would be paid for both answers. */
    @Test
    void stopsALostGenerationOnceAnotherReplicaHasTakenItOver() throws Exception {
        unanswered = true;
        start(requestOfAnotherKey());
        InFlightRequest takenOver = start(differentRequest());
        owned.turns().close();
        executor.lost(List.of(owned));
        log.write(new Heartbeat(takenOver.generation(), 2, 0), Instant.now());
        await().until(() -> executor.places().running() == 1);
        assertThat(calls).extracting(CompletableFuture::isCancelled).containsExactly(false, true);
        assertThat(executor.redelivered()).isEmpty();
    }

    /** Starts a generation that shows on the log. */
    private InFlightRequest start(InFlightRequest request) throws InterruptedException {
        executor.submit(request, true);
        await().until(() ->
                log.deltas().stream().anyMatch(delta -> delta.generation().equals(request.generation())));
        return request;
    }

    /** Events that Claude sent meanwhile arrive on the thread of the connection. */
    @Test
    void stopsALostGenerationInTheMiddleOfItsAnswer() throws Exception {
        unanswered = true;
        start(requestOfAnotherKey());
        unanswered = false;
        greeting.hold();
        InFlightRequest takenOver = start(differentRequest());
        owned.turns().close();
        log.write(new Heartbeat(takenOver.generation(), 2, 0), Instant.now());
        executor.lost(List.of(owned));
        for (int i = 0; i < 2; i++) {
            int before = log.polled();
            log.write(new Heartbeat(differentRequest().generation(), 1, 0), Instant.now());
            await().until(() -> log.polled() > before);
        }
        greeting.release();
        await().until(() -> executor.places().running() == 1);
        assertThat(log.deltas()).noneMatch(delta -> delta instanceof Delta.Frames frames && frames.last());
    }

    /** The partition was lost and assigned again during the generation. */
    @Test
    void usesTheRequestOfTheNewestAssignment() throws Exception {
        greeting.hold();
        InFlightRequest before = request();
        executor.submit(before, true);
        await().until(() -> greeting.calls() == 1);
        before.from().turns().close();
        InFlightRequest now = new InFlightRequest(before.requested(), owned(), 0);
        executor.submit(now, false);
        greeting.release();
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(now);
    }

    /** The polling thread must not wait for a decision: meanwhile it would tell the group nothing, and at a stop never leave it. */
    @Test
    @Timeout(30)
    void takesAPollAndWhatEndsWithoutATurnWhileNothingIsDecided() throws Exception {
        greeting.hold();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            executor.submit(requestOfAnotherKey(), true);
        }
        await().until(() -> greeting.calls() == GENERATIONS_MAX);
        executor.submit(differentRequest(), false);
        assertThat(executor.shouldPause()).isFalse();
        producers.getLast().fenceProducer();
        greeting.release();
        await().until(() -> executor.redelivered().size() == GENERATIONS_MAX + 1);

        for (int i = 0; i < InferenceClients.POLL_RECORDS_MAX; i++) {
            executor.submit(differentRequest(), false);
        }
        assertThat(executor.redelivered()).hasSize(GENERATIONS_MAX + 1 + InferenceClients.POLL_RECORDS_MAX);
        assertThat(executor.shouldPause()).isTrue();
    }

    @Test
    void recordsAFailureAfterThreeFailedRuns() throws Exception {
        failing.set(true);
        InFlightRequest request = request();
        executor.submit(request, true);
        for (int failures = 1; failures < 3; failures++) {
            InFlightRequest again = requireNonNull(executor.redelivered().poll(30, TimeUnit.SECONDS));
            assertThat(recoveries.shouldGiveUp(again, generationLog())).isFalse();
            recoveries.takeOver(again, generationLog(), log.deltas().size());
        }
        InFlightRequest hopeless = requireNonNull(executor.redelivered().poll(30, TimeUnit.SECONDS));
        assertThat(recoveries.shouldGiveUp(hopeless, generationLog())).isTrue();
        recoveries.giveUp(hopeless, generationLog(), false);
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
    }

    @Test
    void recordsAFailureOnceTheLogCanBeWrittenAgain() throws Exception {
        InFlightRequest request = request();
        executor.submit(request, false);
        assertThat(executor.redelivered().take()).isEqualTo(request);

        log.failWrites(true);
        recoveries.giveUp(request, generationLog(), false);
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        log.failWrites(false);
        producers.getLast().fenceProducer();
        await().until(() -> recoveries.giveUp(request, generationLog(), false));
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        recoveries.record(request, generationLog());
        assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
        assertThat(turns()).isZero();

        owned.turns().open(() -> true);
        recoveries.record(request, generationLog());
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
    }

    /** They may be on the log all the same, and the broker was slow, not the owner gone. */
    @Test
    void claimsThatWereGivenUpAreNoLostOwners() throws Exception {
        InFlightRequest request = request();
        executor.submit(request, false);
        assertThat(executor.redelivered().take()).isEqualTo(request);
        log.holdWrites(request.deltas().partition());
        recoveries.takeOver(
                request, attempts(request, 7, "interrupted"), log.deltas().size());
        assertThat(executor.redelivered().take()).isEqualTo(request);
        assertThat(recoveries.shouldGiveUp(request, attempts(request, 8, "interrupted")))
                .isFalse();
        assertThat(recoveries.shouldGiveUp(request, attempts(request, 9, "interrupted")))
                .isTrue();
        log.takeWrites(request.deltas().partition());
    }

    /** The broker is killed between the claims and their reading, or the machine is busy: nothing is wrong with the generation. */
    @Test
    void claimsThatCannotBeReadBackAreNoFailures() throws Exception {
        RecoveryExecutor impatient = log.recoveries(executor, this::ask, Duration.ofMillis(1));
        InFlightRequest request = request();
        executor.submit(request, false);
        assertThat(executor.redelivered().take()).isEqualTo(request);
        log.holdClaims(true);
        for (int claims = 1; claims <= 3; claims++) {
            impatient.takeOver(request, generationLog(), log.deltas().size());
            assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        }
        assertThat(impatient.shouldGiveUp(request, attempts(request, 10, "interrupted")))
                .isFalse();
        assertThat(impatient.shouldGiveUp(request, attempts(request, 11, "interrupted")))
                .isTrue();
        log.holdClaims(false);
        recoveries.takeOver(request, generationLog(), log.deltas().size());
        awaitFinished();
        assertThat(greeting.calls()).isEqualTo(1);
    }

    /** Each would keep the generation alive: it is a record of it. */
    @Test
    void claimsThatCannotBeReadBackEndAGenerationInTime() throws Exception {
        RecoveryExecutor impatient = log.recoveries(executor, this::ask, Duration.ofMillis(1));
        InFlightRequest request = request();
        executor.submit(request, false);
        assertThat(executor.redelivered().take()).isEqualTo(request);
        log.holdClaims(true);
        for (int claims = 1; claims <= 9; claims++) {
            assertThat(impatient.shouldGiveUp(request, generationLog())).isFalse();
            impatient.takeOver(request, generationLog(), log.deltas().size());
            assertThat(executor.redelivered().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        }
        assertThat(impatient.shouldGiveUp(request, generationLog())).isTrue();
    }

    /** The retries of one owner are attempts too. */
    @Test
    void takesOverAGenerationAfterManyRetries() throws Exception {
        InFlightRequest request = request();
        GenerationLog read = attempts(request, 12, "refused");
        assertThat(recoveries.shouldGiveUp(request, read)).isFalse();
        executor.submit(request, false);
        assertThat(executor.redelivered().take()).isEqualTo(request);
        recoveries.takeOver(request, read, log.deltas().size());
        awaitFinished();
        assertThat(greeting.calls()).isEqualTo(1);
    }

    /** A log without text; all attempts but the newest are recorded with the outcome. */
    private static GenerationLog attempts(InFlightRequest request, int count, String outcome) {
        GenerationLog read = Generations.log();
        List<Attempt> before = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            read.add(
                    new Heartbeat(
                            request.generation(),
                            number,
                            0,
                            before.isEmpty() ? new byte[0] : AttemptList.encode(before)),
                    Instant.EPOCH);
            before.add(new Attempt(
                    number, "claude-x", Instant.EPOCH, 1, outcome, 0, "", Usage.NONE, Optional.of(BigDecimal.ZERO)));
        }
        return read;
    }

    @Test
    void releasesRunningGenerationsAfterTheShutdownTimeout() throws Exception {
        greeting.hold();
        executor.submit(request(), true);
        await().until(() -> greeting.calls() == 1);
        executor.drain(Duration.ofMillis(1));
        assertThat(log.deltas().getLast()).isInstanceOf(Released.class);
        assertThat(turns()).isZero();
    }

    /** Else the turns of its transaction are lost: there may be no next owner before the answers expire. */
    @Test
    void recordsTheTurnOfAnEndedAnswerAfterTheShutdownTimeout() throws Exception {
        CountDownLatch committed = new CountDownLatch(1);
        HeldProducer producer = new HeldProducer(committed);
        OwnedPartition slow = OwnedPartitions.with(() -> producer);
        slow.watermark().begin(0);
        executor.submit(new InFlightRequest(requestedTo(FakeLog.PARTITION), slow, 0), true);
        await().until(() -> producer.isCommitting);
        greeting.hold();
        start(differentRequest());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> stopping = threads.submit(() -> {
                executor.drain(Duration.ofMillis(1));
                return null;
            });
            await().until(() -> log.deltas().getLast() instanceof Released);
            committed.countDown();
            stopping.get();
        }
        await().until(() -> slow.watermark().unfinished() == 0);
        assertThat(turns()).isZero();
    }

    private CompletableFuture<Claude.Response> ask(Claude.Call call) {
        if (failing.get()) {
            throw new IllegalStateException("an unexpected failure");
        }
        if (unanswered) {
            calls.add(new CompletableFuture<>());
            return calls.getLast();
        }
        return greeting.ask(call);
    }

    private void awaitFinished() {
        await().atMost(Duration.ofSeconds(30)).until(() -> owned.watermark().unfinished() == 0);
    }

    private long turns() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .map(ProducerRecord::topic)
                .filter("chat.turns"::equals)
                .count();
    }

    private InFlightRequest request() {
        return request(_ -> {});
    }

    /** A request that is not coalesced with others. */
    private InFlightRequest differentRequest() {
        return request(asked -> asked.cachePolicy = CachePolicy.NO_CACHE);
    }

    private InFlightRequest request(Consumer<Events.Request> change) {
        return begun(Events.requested(change));
    }

    private InFlightRequest requestOfAnotherKey() {
        return begun(Requests.ofANewKey());
    }

    private InFlightRequest again(InFlightRequest request) {
        return begun(request.requested());
    }

    private InFlightRequest begun(ChatRequested requested) {
        owned.watermark().begin(offset);
        return new InFlightRequest(requested, owned, offset++);
    }

    /** All records on the log so far. */
    private GenerationLog generationLog() {
        return Generations.log(log.deltas(), Instant.EPOCH);
    }

    private OwnedPartition owned() {
        return OwnedPartitions.with(() -> {
            producers.add(OwnedPartitions.producer());
            return producers.getLast();
        });
    }
}
