package dev.parley.inference.kafka.recovery;

import static dev.parley.inference.kafka.recovery.RecoveryExecutor.ERRORS_OF_PARTITION_MAX;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.AnswerEvents;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.Requests;
import dev.parley.inference.generation.recovery.RecoveryMemory;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.threeten.extra.MutableClock;

/** The actions for redelivered requests, by the records that another replica may have written. */
class RedeliveryCheckTest {
    private static final Instant NOON = Events.NOON;
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** More than the longest answer. */
    private static final Duration AGE = Duration.ofMinutes(20);

    private static final int MEMORY_BYTES = 100_000;

    private final FakeLog log = new FakeLog();
    private final GreetingClaude claude = new GreetingClaude();
    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final AtomicLong nanos = new AtomicLong();
    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private final OwnedPartition owned = owned();
    private final GenerationExecutor executor = log.executor(claude);
    private final RecoveryExecutor recoveries = log.recoveries(executor, claude);
    private final Thread watching = Thread.ofPlatform()
            .unstarted(new RedeliveryCheck(
                    log::reader,
                    log::reader,
                    new TurnLookup(log::reader, nanos::get),
                    new WriteProbes(log.publisher(), clock, nanos::get),
                    executor,
                    recoveries,
                    RunningInference.generations(SILENCE),
                    Duration.ZERO,
                    new RecoveryMemory(MEMORY_BYTES),
                    clock));
    private long offset;

    @BeforeEach
    void start() {
        watching.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        claude.release();
        watching.interrupt();
        watching.join();
        executor.drain(Duration.ofMillis(1));
    }

    @Test
    void closesItsConsumersWhenItIsStoppedInTheMiddle() throws Exception {
        askWithOwnerLastSeen(NOON);
        awaitHorizons();
        watching.interrupt();
        watching.join();
        assertThat(log.closedByInterruptedThreads()).isZero();
    }

    @Test
    void startsAnUnstartedGenerationAsASecondAttempt() throws Exception {
        GenerationId generation = ask();
        awaitTurns(1);
        assertThat(claude.calls()).isEqualTo(1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(generation))
                .extracting(Delta::attempt)
                .containsOnly(2);
    }

    @Test
    void waitsForALiveOwnerAndTakesOverAfterTheSilenceLimit() throws Exception {
        askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        assertThat(claude.calls()).isZero();

        awaitTurnsWhileTimePasses(1);
        assertThat(claude.calls()).isEqualTo(1);
    }

    /** The partition could not be written for ten seconds, but read. What its owner has sent waits as well. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOwnerIsAliveWhoseRecordsWaitForThePartition(boolean areWrittenFirst) throws Exception {
        GenerationId generation = askWithOwnerLastSeen(NOON);
        awaitHorizons();
        log.holdWrites(FakeLog.PARTITION);
        Heartbeat beat = new Heartbeat(generation, 1, 1);
        if (areWrittenFirst) {
            log.write(beat, NOON.plusSeconds(10));
        }
        letTimePass(Duration.ofSeconds(10));
        assertThat(log.deltas()).hasSize(1);

        log.takeWrites(FakeLog.PARTITION);
        awaitHorizons();
        clock.add(Duration.ofSeconds(2));
        awaitHorizons();
        if (!areWrittenFirst) {
            log.write(beat, NOON.plusSeconds(12));
        }
        awaitHorizons();
        clock.add(Duration.ofMillis(500));
        awaitHorizons();
        log.write(frames(generation, 2, GreetingClaude.START, true), NOON.plusSeconds(12));
        log.write(new Recorded(generation, 1, 3), NOON.plusSeconds(12));
        await().until(() -> owned.watermark().unfinished() == 0);
        assertThat(log.deltas()).extracting(Delta::attempt).containsOnly(1);
        assertThat(claude.calls()).isZero();
    }

    /** While the partition could not be written, the clock of the machine is set back. */
    @Test
    void takesOverInTimeAfterTheClockWasSetBack() throws Exception {
        askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        log.failWrites(true);
        clock.add(Duration.ofMinutes(5));
        awaitHorizons();
        clock.add(Duration.ofMinutes(-4));
        log.failWrites(false);
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        awaitHorizons();
        clock.add(SILENCE);
        awaitTurns(1);
        assertThat(claude.calls()).isEqualTo(1);
    }

    /** After a probe was written by a clock that was ahead. */
    @Test
    void provesAgainThatThePartitionCanBeWrittenAfterTheClockWasSetBack() throws Exception {
        askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        clock.add(Duration.ofMinutes(5));
        awaitHorizons();
        clock.add(SILENCE);
        awaitTurns(1);
        clock.add(Duration.ofMinutes(-4));
        askWithOwnerLastSeen(clock.instant().minusSeconds(1));
        awaitHorizons();
        clock.add(SILENCE);
        awaitHorizons();
        clock.add(SILENCE);
        awaitTurns(2);
    }

    /** As after a crash: the requests move when the session of their owner has ended. */
    @Test
    void takesOverAtOnceFromAnOwnerThatHadBeenSilentForTheLimit() throws Exception {
        askWithOwnerLastSeen(NOON.minus(SILENCE));
        awaitTurns(1);
        assertThat(log.deltas()).extracting(Delta::attempt).startsWith(1, 2);
    }

    /** As without the right to write. Others need its memory. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void warnsOfAPartitionWhoseProbesFail(CapturedOutput output) throws Exception {
        askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        log.failWrites(true);
        letTimePass(Duration.ofSeconds(4));
        assertThat(output).containsOnlyOnce("chat.deltas-0 cannot be written: ").contains("the broker is away");
        log.failWrites(false);
        awaitTurnsWhileTimePasses(1);
        assertThat(claude.calls()).isEqualTo(1);
    }

    /** As after an outage. Its readers have got 504, and new requests would be rejected until all like it are answered. */
    @Test
    void endsARequestThatIsOlderThanTheLongestAnswerWithoutACallOrAPlace() throws Exception {
        log.holdWrites(FakeLog.PARTITION);
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        askLongAgo(generation, FakeLog.PARTITION, owned);
        await().until(() -> log.horizons() == 1 && watching.getState() == Thread.State.WAITING);
        assertThat(executor.places().running()).isZero();
        log.takeWrites(FakeLog.PARTITION);
        awaitTurns(1);
        assertThat(claude.calls()).isZero();
        assertThat(log.deltas()).singleElement().isInstanceOf(Failed.class);
        assertThat(cost(generation).orElseThrow()).isZero();
    }

    /** Each waits for its record. The turn of each whose records have expired is searched once. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsFewAtATimeOfAPartitionThatCannotBeWritten(boolean haveRecordsExpired) throws Exception {
        if (haveRecordsExpired) {
            expireRecords();
        }
        log.holdWrites(FakeLog.PARTITION);
        for (int i = 0; i < 2 * RecoveryPermits.PERMITS_MAX; i++) {
            askLongAgo(FakeLog.PARTITION, owned);
        }
        await().until(() -> log.heldWrites(FakeLog.PARTITION) >= ERRORS_OF_PARTITION_MAX);
        awaitHorizons();
        assertThat(log.heldWrites(FakeLog.PARTITION)).isEqualTo(ERRORS_OF_PARTITION_MAX);

        OwnedPartition writable = owned();
        askLongAgo(FakeLog.PARTITION + 1, writable);
        await().until(() -> writable.watermark().unfinished() == 0);

        log.takeWrites(FakeLog.PARTITION);
        awaitTurns(1 + 2 * RecoveryPermits.PERMITS_MAX);
        assertThat(claude.calls()).isZero();
        assertThat(log.turnLookups()).isEqualTo(haveRecordsExpired ? 1 + 2 * RecoveryPermits.PERMITS_MAX : 0);
    }

    private void expireRecords() {
        log.write(new Heartbeat(GenerationId.unsigned(Clock.systemUTC(), 0), 1, 0), NOON);
        log.forget(1);
    }

    private void askLongAgo(int partition, OwnedPartition from) throws InterruptedException {
        askLongAgo(GenerationId.unsigned(Clock.systemUTC(), 0), partition, from);
    }

    private void askLongAgo(GenerationId generation, int partition, OwnedPartition from) throws InterruptedException {
        ask(
                Events.requested(request -> {
                    request.generation = generation;
                    request.reply = new ReplyAddress(partition, 0);
                    request.publishedAt = NOON.minus(AGE);
                }),
                from);
    }

    /** As many as there are places, and those whose errors could not be written. */
    @Test
    void decidesOthersWhileEndsWaitForAPartitionThatCannotBeWritten() throws Exception {
        log.holdWrites(FakeLog.PARTITION + 1);
        OwnedPartition unwritable = owned();
        for (int i = 0; i < 50 + ERRORS_OF_PARTITION_MAX; i++) {
            askLongAgo(FakeLog.PARTITION + 1, unwritable);
        }
        await().until(() -> log.heldWrites(FakeLog.PARTITION + 1) == ERRORS_OF_PARTITION_MAX
                && executor.redelivered().isEmpty());
        log.failHeldWrites(FakeLog.PARTITION + 1);
        await().until(() -> log.heldWrites(FakeLog.PARTITION + 1) == 1);
        ask();
        awaitTurns(1);

        log.takeWrites(FakeLog.PARTITION + 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> unwritable.watermark().unfinished() == 0);
        assertThat(claude.calls()).isEqualTo(1);
    }

    @Test
    void endsAnAnswerThatHasBeenSilentForLongerThanTheLongestAnswer() throws Exception {
        askWithASilentOwner(NOON.minus(AGE));
        assertThat(claude.calls()).isZero();
        assertThat(log.deltas()).hasSize(2).last().isInstanceOf(Failed.class);
    }

    /** A reader may have come back to it. */
    @Test
    void takesOverALongAnswer() throws Exception {
        askWithASilentOwner(NOON.minus(SILENCE));
        assertThat(claude.calls()).isEqualTo(1);
    }

    /** Asks for an answer that was begun long ago, and waits for its turn. */
    private void askWithASilentOwner(Instant lastSeen) throws InterruptedException {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        log.write(new Heartbeat(generation, 1, 0), lastSeen);
        ask(
                Events.requested(request -> {
                    request.generation = generation;
                    request.publishedAt = NOON.minus(AGE);
                }),
                owned);
        awaitTurns(1);
    }

    /** Its new owner takes it over, or has done so: Claude would be called twice. */
    @Test
    void leavesAGenerationWhosePartitionIsLost() throws Exception {
        GenerationId generation = askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        owned.turns().close();
        clock.setInstant(NOON.plus(SILENCE));
        awaitDecisions();
        assertThat(claude.calls()).isZero();
        assertThat(log.deltas()).extracting(Delta::attempt).containsOnly(1);

        OwnedPartition again = owned();
        ask(generation, again);
        awaitWhileTimePasses(() -> again.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(1);
    }

    @Test
    void leavesAGenerationWhosePartitionIsLostWhileItsOwnerIsAlive() throws Exception {
        askWithOwnerLastSeen(NOON);
        awaitHorizons();
        owned.turns().close();
        awaitDecisions();
        assertThat(log.deltas()).hasSize(1);
    }

    @Test
    void checksAGenerationAnewWhosePartitionIsLostAndAssignedAgain() throws Exception {
        GenerationId generation = askWithOwnerLastSeen(NOON.minusSeconds(1));
        awaitHorizons();
        OwnedPartition again = owned();
        ask(generation, again);
        owned.turns().close();
        awaitWhileTimePasses(() -> again.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(1);
        assertThat(claude.calls()).isEqualTo(1);
        assertThat(log.deltas()).extracting(Delta::attempt).containsOnly(1, 2);
    }

    private void awaitHorizons() {
        for (int i = 0; i < 5; i++) {
            awaitHorizon();
        }
    }

    /** Lets those that wait be judged every half second of this time. */
    private void letTimePass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            passTime(Duration.ofMillis(500));
            awaitHorizon();
        }
    }

    /** Waits until those that wait are judged once more. */
    private void awaitHorizon() {
        int judged = log.horizons() + 1;
        await().until(() -> log.horizons() > judged);
    }

    /** Waits until nothing is left to decide, and what was decided is done. */
    private void awaitDecisions() {
        await().until(() ->
                watching.getState() == Thread.State.WAITING && executor.places().running() == 0);
    }

    @Test
    void failsAGenerationWhoseRecordsHaveExpired() throws Exception {
        expireRecords();
        GenerationId generation = ask();
        awaitTurns(1);
        assertThat(claude.calls()).isZero();
        assertThat(log.deltas().getLast()).isInstanceOf(Failed.class);
        assertThat(cost(generation)).isEmpty();
    }

    /** The delta of a replica that accepts longer events than this one. */
    @Test
    void continuesAfterAnUnreadableDelta() throws Exception {
        GenerationId poisoned = GenerationId.unsigned(Clock.systemUTC(), 0);
        int longest = RunningInference.generations(SILENCE).frameBytesMax();
        log.write(frames(poisoned, 0, "data: " + "x".repeat(longest) + "\n\n", false), NOON.minusSeconds(60));
        ask(poisoned);
        ask();
        awaitTurns(2);
        assertThat(claude.calls()).as("the answer to the other request").isEqualTo(1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(poisoned))
                .last()
                .isInstanceOf(Failed.class);
        assertThat(cost(poisoned)).isEmpty();
    }

    /** As a request that kills each replica that runs it: the count of failures dies with the replica. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void endsAGenerationThatHasLostEightOwners(int owners) throws Exception {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        for (int attempt = 1; attempt <= owners; attempt++) {
            log.write(new Heartbeat(generation, attempt, 0), NOON.minusSeconds(60));
        }
        ask(generation);
        awaitTurns(1);
        assertThat(claude.calls()).isEqualTo(8 - owners);
        assertThat(log.deltas().getLast() instanceof Failed).isEqualTo(owners == 8);
    }

    @Test
    void reservesAPlaceWhileThereIsNone() throws Exception {
        fill();
        ask();
        await().until(() -> executor.places().reserved() == 1);
        assertThat(claude.calls()).isEqualTo(50);
        claude.release();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> claude.calls() == 51 && executor.places().reserved() == 0);
    }

    /** The place would be kept from those that can be decided. */
    @Test
    void reservesNoPlaceForAGenerationWhosePartitionHasNoLeader() throws Exception {
        fill();
        ask();
        await().until(() -> executor.places().reserved() == 1);
        log.addWithoutLeader(FakeLog.PARTITION);
        clock.add(Duration.ofSeconds(3));
        await().until(() -> executor.places().reserved() == 0);
        assertThat(claude.calls()).isEqualTo(50);
    }

    /** Its error takes no place. The claims of both fail three times, and then their errors. */
    @Test
    void reservesNoPlaceForAGenerationThatIsGivenUp() throws Exception {
        log.failWrites(true);
        List<GenerationId> generations = List.of(ask(), ask());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> generations.stream().allMatch(this::shouldGiveUp)
                        && recoveries.isUnwritable(new TopicPartition("chat.deltas", FakeLog.PARTITION)));
        log.holdWrites(FakeLog.PARTITION);
        log.failWrites(false);
        await().until(() -> log.heldWrites(FakeLog.PARTITION) == 1);
        awaitHorizons();
        assertThat(executor.places().reserved()).isZero();

        log.takeWrites(FakeLog.PARTITION);
        awaitTurns(2);
        assertThat(claude.calls()).isZero();
    }

    private boolean shouldGiveUp(GenerationId generation) {
        ChatRequested requested = Events.requested(request -> request.generation = generation);
        return recoveries.shouldGiveUp(new InFlightRequest(requested, owned, 0), Generations.log());
    }

    /** Starts as many answers as there are places for. */
    private void fill() throws InterruptedException {
        claude.hold();
        for (int i = 0; i < 50; i++) {
            owned.watermark().begin(offset);
            executor.submit(new InFlightRequest(Requests.ofANewKey(), owned, offset++), true);
        }
        await().until(executor.places()::areAllTaken);
    }

    /** A dead replica may leave more than the heap has room for, which would end one replica after the other. */
    @Test
    void takesOverOnlyTheAnswersThatTheMemoryHasRoomFor() throws Exception {
        claude.hold();
        for (int i = 0; i < 10; i++) {
            leaveHalfAnAnswer(MEMORY_BYTES / 5);
        }
        await().until(() -> claude.calls() == 4);
        awaitHorizons();
        assertThat(claude.calls()).isEqualTo(4);
        claude.release();
        awaitTurns(10);
        assertThat(answers())
                .hasSize(10)
                .allMatch(text -> text.equals("x".repeat(MEMORY_BYTES / 5) + GreetingClaude.TEXT));
    }

    @Test
    void takesOverAnAnswerThatIsLargerThanTheMemory() throws Exception {
        leaveHalfAnAnswer(2 * MEMORY_BYTES);
        leaveHalfAnAnswer(1);
        awaitTurns(2);
        assertThat(answers())
                .containsExactlyInAnyOrder(
                        "x".repeat(2 * MEMORY_BYTES) + GreetingClaude.TEXT, "x" + GreetingClaude.TEXT);
    }

    /** More than half of the memory three times, of which the first two do not last. */
    @Test
    void takesMemoryOnlyForAsLongAsItIsNeeded() throws Exception {
        int length = MEMORY_BYTES * 2 / 3;
        GenerationId recorded = writeHalfAnAnswer(length, NOON);
        log.write(new Recorded(recorded, 1, 1), NOON);
        ask(recorded);
        await().until(() -> owned.watermark().unfinished() == 0);

        ask(writeHalfAnAnswer(length, NOON));
        int read = log.horizons() + 2;
        await().until(() -> log.horizons() > read);
        log.failPolls(1);
        awaitTurnsWhileTimePasses(1);
        assertThat(answers()).containsExactly("x".repeat(length) + GreetingClaude.TEXT);
    }

    /** The first answer has been read, and waits for the end of its owner. Each takes two thirds of the memory. */
    @Test
    void aPartitionThatStandsStillKeepsNoMemoryFromOthers() throws Exception {
        int length = MEMORY_BYTES * 2 / 3;
        OwnedPartition waiting = owned();
        ask(writeHalfAnAnswer(length, NOON), waiting);
        awaitHorizons();
        log.addWithoutLeader(FakeLog.PARTITION);

        GenerationId other = writeHalfAnAnswer(length, NOON.minusSeconds(60));
        ask(onTheOtherPartition(other), owned);
        awaitHorizons();
        assertThat(claude.calls()).isZero();

        clock.add(Duration.ofSeconds(31));
        awaitTurns(1);
        log.addLeader(FakeLog.PARTITION);
        awaitWhileTimePasses(() -> waiting.watermark().unfinished() == 0);
        assertThat(answers()).hasSize(2).allMatch(text -> text.equals("x".repeat(length) + GreetingClaude.TEXT));
    }

    /** Each takes two thirds of the memory. */
    @Test
    void aPartitionThatCannotBeWrittenKeepsNoMemoryFromOthers() throws Exception {
        int length = MEMORY_BYTES * 2 / 3;
        GenerationId first = writeHalfAnAnswer(length, NOON);
        GenerationId second = writeHalfAnAnswer(length, NOON);
        log.holdWrites(FakeLog.PARTITION);
        OwnedPartition waiting = owned();
        ask(first, waiting);
        awaitHorizons();
        ask(onTheOtherPartition(second), owned);
        awaitTurnsWhileTimePasses(1);
        log.takeWrites(FakeLog.PARTITION);
        awaitWhileTimePasses(() -> waiting.watermark().unfinished() == 0);
        assertThat(answers()).hasSize(2).allMatch(text -> text.equals("x".repeat(length) + GreetingClaude.TEXT));
    }

    /** The first error waits to be written, the second one for its turn. Each answer takes two thirds of the memory. */
    @Test
    void errorsThatCannotBeWrittenKeepNoMemoryFromOthers() throws Exception {
        int length = MEMORY_BYTES * 2 / 3;
        GenerationId first = writeHalfAnAnswer(length, NOON.minus(AGE));
        GenerationId second = writeHalfAnAnswer(length, NOON.minus(AGE));
        GenerationId other = writeHalfAnAnswer(length, NOON.minusSeconds(60));
        log.holdWrites(FakeLog.PARTITION);
        OwnedPartition unwritable = owned();
        askLongAgo(first, FakeLog.PARTITION, unwritable);
        for (int i = 1; i < ERRORS_OF_PARTITION_MAX; i++) {
            askLongAgo(FakeLog.PARTITION, unwritable);
        }
        await().until(() -> log.heldWrites(FakeLog.PARTITION) == ERRORS_OF_PARTITION_MAX);
        askLongAgo(second, FakeLog.PARTITION, unwritable);
        awaitHorizons();
        ask(onTheOtherPartition(other), owned);
        awaitTurns(1);
        assertThat(claude.calls()).isEqualTo(1);

        log.takeWrites(FakeLog.PARTITION);
        await().until(() -> unwritable.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(ERRORS_OF_PARTITION_MAX + 2);
        assertThat(claude.calls()).isEqualTo(1);
    }

    /** The first answer has room for all of its events, of which none can be read. Each takes two thirds of the memory. */
    @Test
    void aPartitionThatLosesItsLeaderBeforeItIsReadAgainKeepsNoMemoryFromOthers() throws Exception {
        int length = MEMORY_BYTES * 2 / 3;
        claude.hold();
        leaveHalfAnAnswer(length);
        await().until(() -> claude.calls() == 1);
        OwnedPartition waiting = owned();
        ask(writeHalfAnAnswer(length, NOON.minusSeconds(60)), waiting);
        awaitHorizons();
        CountDownLatch leaderless = new CountDownLatch(1);
        log.beforeNextBeginnings(() -> {
            log.addWithoutLeader(FakeLog.PARTITION);
            leaderless.countDown();
        });
        claude.release();
        assertThat(leaderless.await(30, TimeUnit.SECONDS)).isTrue();

        GenerationId other = writeHalfAnAnswer(length, NOON.minusSeconds(60));
        ask(onTheOtherPartition(other), owned);
        awaitHorizons();
        assertThat(claude.calls()).isEqualTo(1);

        clock.add(Duration.ofSeconds(31));
        awaitTurns(2);
        log.addLeader(FakeLog.PARTITION);
        await().until(() -> waiting.watermark().unfinished() == 0);
        assertThat(answers()).hasSize(3).allMatch(text -> text.equals("x".repeat(length) + GreetingClaude.TEXT));
    }

    private void leaveHalfAnAnswer(int length) throws InterruptedException {
        ask(writeHalfAnAnswer(length, NOON.minusSeconds(60)));
    }

    /** Writes the beginning of an answer, with a text of this length. */
    private GenerationId writeHalfAnAnswer(int length, Instant at) {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        String half = GreetingClaude.START + AnswerEvents.text("x".repeat(length));
        log.write(frames(generation, 0, half, false), at);
        return generation;
    }

    /** Each claim would read what was written since, which are many records if the partition was read slowly. */
    @Test
    void readsOnBeforeItTakesOverIfItReachesItsHorizonLate() throws Exception {
        log.hang(true);
        ask();
        await().until(() -> log.horizons() == 1);
        clock.add(Duration.ofSeconds(5));
        log.write(new Heartbeat(GenerationId.unsigned(Clock.systemUTC(), 0), 1, 0), NOON);
        log.hang(false);
        awaitTurns(1);
        assertThat(log.horizons()).isEqualTo(2);
    }

    /** Asks for 20 answers, of which 16 are being claimed and 4 wait. */
    private void askForMoreThanCanBeClaimed() throws InterruptedException {
        log.holdClaims(true);
        for (int i = 0; i < 20; i++) {
            ask();
        }
        await().until(() -> executor.places().reserved() == 4);
    }

    /** A claim that waits would have to read what is written meanwhile. */
    @Test
    void decidesATakeOverOnlyWhenItCanBeClaimedAtOnce() throws Exception {
        askForMoreThanCanBeClaimed();
        assertThat(executor.places().running()).isEqualTo(16);
        int before = log.polled();
        for (int i = 0; i < 1_000; i++) {
            log.write(new Heartbeat(GenerationId.unsigned(Clock.systemUTC(), 0), 1, 0), NOON);
        }
        await().until(() -> log.polled() - before >= 1_000);
        log.holdClaims(false);
        awaitTurns(20);
        assertThat(log.polled() - before)
                .as("by the first claims and the check")
                .isLessThan(18 * 1_000);
    }

    /** Committed records end there, until the broker aborts it. */
    @Test
    void aTransactionThatHangsDoesNotDelayThoseThatWaitForAClaim() throws Exception {
        askForMoreThanCanBeClaimed();
        log.hang(true);
        log.holdClaims(false);
        awaitTurns(20);
    }

    /** Else it would keep its place from new requests. */
    @Test
    void reservesNoPlaceForAGenerationWhosePartitionStandsStill() throws Exception {
        askForMoreThanCanBeClaimed();
        log.hang(true);
        int read = log.horizons();
        clock.add(Duration.ofSeconds(3));
        await().until(() -> log.horizons() > read);
        clock.add(Duration.ofSeconds(31));
        await().until(() -> executor.places().reserved() == 0);
        log.hang(false);
        log.holdClaims(false);
        awaitTurns(20);
    }

    /** As one with too few replicas in sync. More wait for it than can be claimed at once. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aPartitionThatCannotBeWrittenKeepsNoClaimAndNoPlaceFromOthers(CapturedOutput output) throws Exception {
        log.holdWrites(FakeLog.PARTITION + 1);
        OwnedPartition unwritable = owned();
        askOnTheOtherPartition(17, unwritable);
        ask();
        awaitTurns(1);
        await().until(() -> executor.places().reserved() == 0);
        assertThat(claude.calls()).isEqualTo(1);

        log.takeWrites(FakeLog.PARTITION + 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> unwritable.watermark().unfinished() == 0);
        assertThat(answers()).hasSize(18).containsOnly(GreetingClaude.TEXT);
        assertThat(output).doesNotContain("A generation failed");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aClaimThatIsWrittenLateDoesNoHarm(CapturedOutput output) throws Exception {
        log.holdWrites(FakeLog.PARTITION);
        ask();
        await().until(() -> output.getOut().contains("chat.deltas-0 cannot be written"));
        log.takeWrites(FakeLog.PARTITION);
        awaitTurns(1);
        assertThat(answers()).containsExactly(GreetingClaude.TEXT);
        assertThat(claude.calls()).isEqualTo(1);
    }

    private static ChatRequested onTheOtherPartition() {
        return onTheOtherPartition(GenerationId.unsigned(Clock.systemUTC(), 0));
    }

    private static ChatRequested onTheOtherPartition(GenerationId generation) {
        return Events.requested(request -> {
            request.generation = generation;
            request.reply = new ReplyAddress(FakeLog.PARTITION + 1, 0);
        });
    }

    /** Records that were written while there was nothing to decide. */
    @Test
    void readsOnlyFromTheReplyAddressOn() throws Exception {
        ask();
        awaitTurns(1);
        awaitDecisions();
        int before = log.polled();
        for (int i = 0; i < 1_000; i++) {
            log.write(new Heartbeat(GenerationId.unsigned(Clock.systemUTC(), 0), 1, 0), NOON);
        }
        ask(
                Events.requested(request ->
                        request.reply = new ReplyAddress(0, log.deltas().size())),
                owned);
        awaitTurns(2);
        assertThat(log.polled() - before).isLessThan(1_000);
    }

    @Test
    void continuesAfterAFailedRead() throws Exception {
        log.failPolls(1);
        ask();
        awaitTurns(1);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void decidesOthersWhileAPartitionHasNoLeader(CapturedOutput output) throws Exception {
        log.addWithoutLeader(FakeLog.PARTITION + 1);
        ask(onTheOtherPartition(), owned());
        ask();
        awaitTurns(1);
        ask();
        awaitTurns(2);
        assertThat(output).containsOnlyOnce("does not answer").contains("chat.deltas-1 does not answer");
    }

    /** A gateway goes on sending requests. */
    @Test
    void decidesOthersWhileMoreThanThePlacesWaitForAPartition() throws Exception {
        log.addWithoutLeader(FakeLog.PARTITION + 1);
        OwnedPartition waiting = owned();
        askOnTheOtherPartition(50, waiting);
        ask();
        awaitTurns(1);
        askOnTheOtherPartition(50, waiting);
        ask();
        awaitTurns(2);
        assertThat(executor.shouldPause()).isFalse();

        log.addLeader(FakeLog.PARTITION + 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> waiting.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(102);
    }

    /** Each takes memory. */
    @Test
    @Timeout(60)
    void boundsThoseThatWaitForAPartition() throws Exception {
        askWithOwnerLastSeen(NOON);
        log.addWithoutLeader(FakeLog.PARTITION + 1);
        askOnTheOtherPartition(12 * 50, owned());
        await().until(() -> executor.redelivered().size() <= 51);
        int checks = log.horizons() + 20;
        await().until(() -> log.horizons() > checks);
        assertThat(executor.redelivered()).hasSize(51);
        assertThat(executor.shouldPause()).isTrue();
    }

    private void askOnTheOtherPartition(int requests, OwnedPartition from) throws InterruptedException {
        for (int i = 0; i < requests; i++) {
            ask(onTheOtherPartition(), from);
        }
    }

    @Test
    void leavesAGenerationWhosePartitionIsLostWhileItsDeltasHaveNoLeader() throws Exception {
        log.addWithoutLeader(FakeLog.PARTITION + 1);
        ask(onTheOtherPartition(), owned);
        // Its partition of the requests is lost once the check has it.
        await().until(() -> executor.redelivered().isEmpty());
        owned.turns().close();
        awaitDecisions();
        assertThat(turns()).isEmpty();
        assertThat(claude.calls()).isZero();
    }

    /**
     * The look-up reads until there is nothing to read, and this partition has no leader any more. Meanwhile the clock of the
     * machine is set back.
     */
    @Test
    void decidesOthersWhileTheTurnsOfOneCannotBeRead() throws Exception {
        expireRecords();
        log.holdTurns(true);
        OwnedPartition waiting = owned();
        ask(Events.requested(request -> request.reply = new ReplyAddress(FakeLog.PARTITION, 0)), waiting);
        await().until(() -> log.turnReads() > 0);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        ask(Events.requested(request -> request.reply = new ReplyAddress(FakeLog.PARTITION, 1)), owned);
        awaitTurns(1);
        assertThat(claude.calls()).isEqualTo(1);
        assertThat(waiting.watermark().unfinished()).isEqualTo(1);

        log.holdTurns(false);
        clock.add(Duration.ofHours(-1));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        await().until(() -> waiting.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(2);
        assertThat(claude.calls()).isEqualTo(1);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void warnsOnceOfAPartitionThatCannotBeReadToItsEnd(CapturedOutput output) throws Exception {
        log.hang(true);
        ask();
        await().until(() -> log.horizons() == 1);
        ask();
        await().until(() -> log.horizons() == 2);
        clock.add(Duration.ofSeconds(31));
        await().until(() -> output.getOut().contains("cannot be read beyond"));
        assertThat(output)
                .containsOnlyOnce("cannot be read beyond")
                .contains("chat.deltas-0 cannot be read beyond 0: 2 generations wait, such as ");
    }

    private GenerationId ask() throws InterruptedException {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        ask(generation);
        return generation;
    }

    /** Asks for an answer whose owner has written nothing but a heartbeat, at this time. */
    private GenerationId askWithOwnerLastSeen(Instant lastSeen) throws InterruptedException {
        GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        log.write(new Heartbeat(generation, 1, 0), lastSeen);
        ask(generation);
        return generation;
    }

    private void ask(GenerationId generation) throws InterruptedException {
        ask(generation, owned);
    }

    private void ask(GenerationId generation, OwnedPartition from) throws InterruptedException {
        ask(Events.requested(request -> request.generation = generation), from);
    }

    private void ask(ChatRequested requested, OwnedPartition from) throws InterruptedException {
        from.watermark().begin(offset);
        executor.submit(new InFlightRequest(requested, from, offset++), false);
    }

    private OwnedPartition owned() {
        MockProducer<String, byte[]> producer = OwnedPartitions.producer();
        producers.add(producer);
        return OwnedPartitions.with(() -> producer);
    }

    /** Waits until a number of turns is recorded and no request is in flight. */
    private void awaitTurns(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> owned.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(count);
    }

    private void awaitTurnsWhileTimePasses(int count) {
        awaitWhileTimePasses(() -> owned.watermark().unfinished() == 0);
        assertThat(turns()).hasSize(count);
    }

    /** As time does not pass by itself, and an owner that may be alive is given some. */
    private void awaitWhileTimePasses(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            passTime(Duration.ofMillis(500));
            return condition.call();
        });
    }

    private void passTime(Duration time) {
        clock.add(time);
        nanos.addAndGet(time.toNanos());
    }

    private List<ProducerRecord<String, byte[]>> turns() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .filter(record -> record.topic().equals("chat.turns"))
                .toList();
    }

    private Stream<Turn> decodedTurns() {
        return turns().stream().map(turn -> TurnCodec.decode(turn.headers(), turn.value()));
    }

    private List<String> answers() {
        return decodedTurns()
                .map(turn -> turn.message().at("/content/0/text").stringValue(""))
                .toList();
    }

    /** That of its only turn. */
    private Optional<BigDecimal> cost(GenerationId generation) {
        List<Turn> of = decodedTurns()
                .filter(turn -> turn.facts().generation().equals(generation))
                .toList();
        assertThat(of).hasSize(1);
        return of.getFirst().facts().costUsd();
    }

    private static Frames frames(GenerationId generation, int sequence, String text, boolean last) {
        return new Frames(generation, 1, sequence, CacheVerdict.MISS, text.getBytes(UTF_8), last);
    }
}
