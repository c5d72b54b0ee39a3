package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.threeten.extra.MutableClock;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

class ResumedAnswerTest {
    private static final Pattern ID = Pattern.compile("(?m)^id: (.+)$");
    private static final AnswerSettings SETTINGS = new AnswerSettings(
            10, 20, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(15));

    private static final ConversationId DELETED = new ConversationId("conv-deleted");

    private static final int BYTES_MAX = 100_000;

    /** Room for one piece of a few words. */
    private static final int PIECE_BYTES = 400;

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
    private final AtomicLong nanos = new AtomicLong();
    /** The room for large pieces. */
    private final AtomicLong shared = new AtomicLong(10_000_000);

    private final GenerationId generation = GenerationId.unsigned(clock, 3);
    private final List<ConversationId> completed = new ArrayList<>();
    private final ResumedAnswer answer = answer(Optional.empty(), BYTES_MAX);

    private ResumedAnswer answer(Optional<EventId> after, int bytesMax) {
        return answer(after, bytesMax, Duration.ofMillis(200));
    }

    private ResumedAnswer answer(Optional<EventId> after, int bytesMax, Duration readTimeout) {
        return new ResumedAnswer(
                generation,
                after,
                SETTINGS,
                new ResumeSettings(1, 1, bytesMax, readTimeout),
                bytes -> shared.addAndGet(-bytes) >= 0,
                DELETED::equals,
                completed::add,
                clock,
                nanos::get);
    }

    @Test
    void refusesAGenerationOfADeletedConversation() throws InterruptedException {
        answer.belongsTo(DELETED);
        answer.offer(3, 0, log(1, new Random(1)).getFirst());
        assertThat(answer.isDone()).isTrue();
        assertThat(answer.opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void tellsTheConversationOfAWholeAnswer() throws InterruptedException {
        ConversationId conversation = new ConversationId("conv-other");
        answer.belongsTo(conversation);
        List<Delta> log = log(2, new Random(1));
        for (int i = 0; i < log.size(); i++) {
            assertThat(completed).isEmpty();
            answer.offer(3, i, log.get(i));
        }
        assertThat(completed).containsExactly(conversation);
    }

    @Test
    void readsAGenerationOfAnotherConversation() {
        answer.belongsTo(new ConversationId("conv-other"));
        assertThat(answer.isDone()).isFalse();
    }

    @Property(tries = 100)
    void resumesWithoutGapOrRepeatAfterAnyEvent(@ForAll @IntRange(min = 1, max = 12) int pieces, @ForAll long seed)
            throws InterruptedException {
        List<Delta> log = log(pieces, new Random(seed));
        String whole = text(read(log, Optional.empty()));
        List<String> events = List.of(whole.split("(?<=\n\n)"));
        List<String> ids =
                ID.matcher(whole).results().map((MatchResult id) -> id.group(1)).toList();

        assertThat(ids).hasSameSizeAs(events).doesNotHaveDuplicates();
        for (int cut = 0; cut < ids.size(); cut++) {
            String received = String.join("", events.subList(0, cut + 1));
            String rest = text(read(log, Optional.of(EventId.parse(ids.get(cut)))));
            assertThat(received + rest).isEqualTo(whole);
        }
    }

    /** The records of an answer of two attempts, with duplicates, heartbeats, and late records of the first attempt. */
    private List<Delta> log(int pieces, Random random) {
        List<Delta> log = new ArrayList<>();
        int handover = random.nextInt(pieces);
        int attempt = 1;
        int sequence = 0;
        for (int i = 0; i < pieces; i++) {
            if (i == handover && random.nextBoolean()) {
                log.add(new Heartbeat(generation, 2, 0));
                log.add(frames(1, sequence, "late", false));
                attempt = 2;
                sequence = 1;
            }
            Delta next = frames(attempt, sequence++, "piece " + i, i == pieces - 1, 1 + random.nextInt(3));
            log.add(next);
            if (random.nextBoolean()) {
                log.add(next);
            }
        }
        return log;
    }

    private ResumedAnswer read(List<Delta> log, Optional<EventId> after) throws InterruptedException {
        ResumedAnswer read = answer(after, BYTES_MAX);
        for (int offset = 0; offset < log.size(); offset++) {
            read.offer(3, offset, log.get(offset));
        }
        assertThat(read.isOver()).isTrue();
        return read;
    }

    @Test
    void refusesAnEventFromBeforeItsFirstRecord() throws InterruptedException {
        ResumedAnswer read = answer(Optional.of(new EventId(3, 41, 0)), BYTES_MAX);
        read.offer(3, 42, frames(1, 0, "a", false));
        assertThat(read.isDone()).isTrue();
        assertThat(read.opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @Test
    void beginsWithTheCacheVerdictOfTheFirstFramesEvenIfTheReaderHasThem() throws InterruptedException {
        ResumedAnswer read = read(List.of(frames(1, 0, "all", true)), Optional.of(new EventId(3, 0, 0)));
        assertThat(read.opening().block()).isEqualTo(new Opening.Begun(CacheVerdict.EXACT));
        assertThat(text(read)).isEmpty();
    }

    @Test
    void isRefusedWithTheOriginalErrorIfItFailedBeforeTheFirstEvent() throws InterruptedException {
        answer.offer(3, 0, new Heartbeat(generation, 1, 0));
        answer.offer(3, 1, failed(1));
        assertThat(refusal().status()).isEqualTo(529);
        assertThat(refusal().retryAfter()).isEqualTo("2");
        assertThat(answer.isOver()).isTrue();
    }

    @Test
    void resumesAFailedAnswerWithItsError() throws InterruptedException {
        ResumedAnswer read = read(List.of(frames(1, 0, "a", false), failed(1)), Optional.of(new EventId(3, 0, 0)));
        assertThat(text(read)).isEqualTo("{failed}");
    }

    @Test
    void failsWhenTheEndArrivesWithoutTheLastPiece() throws InterruptedException {
        answer.offer(3, 0, frames(1, 0, "a", false));
        answer.offer(3, 1, new Recorded(generation, 1, 1));
        assertThat(text(answer)).contains("A piece of the answer was lost");
    }

    @Test
    void failsWhenTheEndArrivesAfterALostPiece() throws InterruptedException {
        answer.offer(3, 0, frames(1, 0, "a", false));
        answer.offer(3, 1, frames(1, 2, "c", true));
        answer.offer(3, 2, new Recorded(generation, 1, 3));
        assertThat(answer.isDone()).isTrue();
        assertThat(text(answer))
                .contains("a/0", "A piece of the answer was lost")
                .doesNotContain("c/0");
    }

    @Test
    void isGoneWhenItsFirstRecordsAreNoLongerOnTheLog() throws InterruptedException {
        answer.offer(3, 0, frames(1, 1, "b", false));
        assertThat(refusal().status()).isEqualTo(410);
        assertThat(refusal().error().message()).contains("The stored conversation has it, unless it was deleted");
        assertThat(answer.isDone()).isTrue();
    }

    @Test
    void beginsWithALaterAttempt() throws InterruptedException {
        answer.offer(3, 0, frames(2, 0, "a", false));
        assertThat(answer.opening().block()).isInstanceOf(Opening.Begun.class);
    }

    @Test
    void waitsForTheFirstRecordOfARecentGeneration() throws InterruptedException {
        passTime(Duration.ofSeconds(10));
        answer.tick(true);
        assertThat(answer.isDone()).isFalse();
        passTime(Duration.ofSeconds(1));
        answer.progressed();
        answer.tick(false);
        assertThat(answer.isDone()).isFalse();
        answer.tick(true);
        assertThat(refusal().status()).isEqualTo(503);
        assertThat(refusal().retryAfter()).isEqualTo("1");
    }

    @Test
    void doesNotWaitForAPartitionOfWhichNothingCanBeRead() throws InterruptedException {
        readNothingForTooLong();
        assertThat(refusal().status()).isEqualTo(503);
    }

    /** Something is read after 9 s, and nothing for 11 s after that. */
    private void readNothingForTooLong() throws InterruptedException {
        passTime(Duration.ofSeconds(9));
        answer.progressed();
        passTime(Duration.ofSeconds(10));
        answer.tick(false);
        assertThat(answer.isDone()).isFalse();
        passTime(Duration.ofSeconds(1));
        answer.tick(false);
    }

    /** Its client resumes at another gateway, or when the partition can be read again. */
    @Test
    void disconnectsAReaderOfAPartitionThatCannotBeReadFurther() throws InterruptedException {
        answer.offer(3, 0, frames(1, 0, "a", false));
        readNothingForTooLong();
        assertThat(answer.isDone()).isTrue();
        assertThat(answer.isOver()).isFalse();
        assertThatThrownBy(() -> answer.pieces().blockLast(Duration.ofSeconds(5)))
                .hasRootCauseInstanceOf(TimeoutException.class);
    }

    /** Meanwhile nothing is read. */
    @Test
    void theTimeThatASlowReaderTakesIsNotThatOfThePartition() throws Exception {
        ResumedAnswer narrow = answer(Optional.empty(), PIECE_BYTES, Duration.ofSeconds(10));
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        StalledSubscriber reader = new StalledSubscriber(cut);
        narrow.pieces().subscribe(reader);
        narrow.offer(3, 0, frames(1, 0, "a", false));
        Thread offering = Thread.ofPlatform().start(() -> offer(narrow, 1, frames(1, 1, "b", false)));
        await().until(() -> offering.getState() == Thread.State.TIMED_WAITING);
        passTime(Duration.ofSeconds(30));
        reader.request(1);
        offering.join();
        narrow.tick(false);
        assertThat(narrow.isDone()).isFalse();
        passTime(Duration.ofSeconds(11));
        narrow.tick(false);
        assertThat(cut.join()).isInstanceOf(TimeoutException.class);
    }

    private void passTime(Duration time) {
        clock.add(time);
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void doesNotWaitForLongerWhenTheClockWasSetBack() throws InterruptedException {
        clock.add(Duration.ofMinutes(-20));
        passTime(Duration.ofSeconds(11));
        answer.tick(true);
        assertThat(refusal().status()).isEqualTo(503);
    }

    @Test
    void doesNotWaitForTheFirstRecordOfAnOldGeneration() throws InterruptedException {
        passTime(Duration.ofMinutes(11));
        ResumedAnswer late = answer(Optional.empty(), BYTES_MAX);
        late.tick(true);
        assertThat(late.opening().block())
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void sendsPingsWhileClaudeSendsNothing() throws InterruptedException {
        answer.offer(3, 0, new Heartbeat(generation, 1, 0));
        passTime(Duration.ofSeconds(11));
        answer.tick(true);
        assertThat(answer.opening().block()).isEqualTo(new Opening.Begun(CacheVerdict.MISS));
        answer.offer(3, 1, frames(1, 1, "a", true));
        assertThat(text(answer)).startsWith("ping;id: 3-1.0\n");
    }

    @Test
    void endsWithAnErrorAfterTheMaximumDuration() throws InterruptedException {
        answer.offer(3, 0, frames(1, 0, "a", false));
        passTime(Duration.ofMinutes(11));
        answer.tick(true);
        assertThat(answer.isOver()).isFalse();
        assertThat(text(answer)).contains("timeout_error");
    }

    @Test
    void blocksReadingWhileTheBufferIsFull() throws InterruptedException {
        ResumedAnswer narrow = answer(Optional.empty(), 2 * PIECE_BYTES, Duration.ofSeconds(10));
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 50; i++) {
                offer(narrow, i, frames(1, i, "piece " + i, i == 49));
            }
        });
        assertThat(text(narrow)).contains("piece 0", "piece 49");
        assertThat(written).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void disconnectsAReaderThatTakesNothingUntilTheTimeout() throws InterruptedException {
        ResumedAnswer narrow = answer(Optional.empty(), PIECE_BYTES);
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        narrow.pieces().subscribe(new StalledSubscriber(cut));
        narrow.offer(3, 0, frames(1, 0, "a", false));
        narrow.offer(3, 1, frames(1, 1, "b", false));
        assertThat(narrow.isDone()).isTrue();
        assertThat(narrow.isOver()).isFalse();
        assertThat(cut.join()).isInstanceOf(SlowReaderException.class);
    }

    @Test
    void countsTheBytesThatAreReadAhead() throws InterruptedException {
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        answer.pieces().subscribe(new StalledSubscriber(cut));
        answer.offer(3, 0, frames(1, 0, "a".repeat(BYTES_MAX / 2), false));
        assertThat(answer.isDone()).isFalse();
        answer.offer(3, 1, frames(1, 1, "b".repeat(BYTES_MAX / 2), false));
        assertThat(answer.isDone()).isTrue();
        assertThat(cut.join()).isInstanceOf(SlowReaderException.class);
    }

    @Test
    void readsAPieceThatIsLargerThanAllThatMayBeReadAhead() throws InterruptedException {
        answer.offer(3, 0, frames(1, 0, "a".repeat(2 * BYTES_MAX), true));
        assertThat(text(answer)).contains("a".repeat(2 * BYTES_MAX));
    }

    /** One is being written, one waits, and one is read. */
    @Test
    void takesRoomForThreeLargePieces() throws InterruptedException {
        shared.set(3 * BYTES_MAX + 3_000);
        answer.offer(3, 0, frames(1, 0, "a".repeat(2 * BYTES_MAX), false));
        assertThat(shared).hasValueBetween(0L, 3_000L);
        answer.pieces().blockFirst();
        answer.offer(3, 1, frames(1, 1, "a".repeat(2 * BYTES_MAX), true));
        assertThat(shared).as("once for all of a length").hasValueGreaterThanOrEqualTo(0);
    }

    @Test
    void refusesToBeginWithoutRoomForALargePiece() throws InterruptedException {
        shared.set(BYTES_MAX);
        answer.offer(3, 0, frames(1, 0, "a".repeat(2 * BYTES_MAX), true));
        assertThat(answer.opening().block(Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(529));
        assertThat(answer.isDone()).isTrue();
    }

    @Test
    void disconnectsAReaderWithoutRoomForALargePiece() throws InterruptedException {
        shared.set(BYTES_MAX);
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        answer.pieces().subscribe(new StalledSubscriber(cut));
        answer.offer(3, 0, frames(1, 0, "a", false));
        answer.offer(3, 1, frames(1, 1, "a".repeat(2 * BYTES_MAX), true));
        assertThat(cut.join()).isInstanceOf(SlowReaderException.class);
    }

    @Test
    void disconnectsAReaderThatDoesNotDrainTheRest() throws InterruptedException {
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        answer.pieces().subscribe(new StalledSubscriber(cut));
        answer.offer(3, 0, frames(1, 0, "a", true));
        answer.drain();
        assertThat(cut.join()).isInstanceOf(SlowReaderException.class);
    }

    /** Within three times the timeout for one that takes nothing. */
    @Test
    void waitsForASlowReaderToDrainTheRest() throws Exception {
        ResumedAnswer slow = answer(Optional.empty(), BYTES_MAX, Duration.ofSeconds(1));
        List<Piece> taken = new CopyOnWriteArrayList<>();
        CompletableFuture<SignalType> ended = new CompletableFuture<>();
        BaseSubscriber<Piece> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // Takes nothing yet.
            }

            @Override
            protected void hookOnNext(Piece piece) {
                taken.add(piece);
            }

            @Override
            protected void hookFinally(SignalType signal) {
                ended.complete(signal);
            }
        };
        slow.pieces().subscribe(reader);
        for (int i = 0; i < 12; i++) {
            slow.offer(3, i, frames(1, i, "piece " + i, i == 11));
        }
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> drain(slow));
        for (int i = 0; i < 12; i++) {
            Thread.sleep(250);
            reader.request(1);
        }
        drained.join();
        assertThat(ended.join()).isEqualTo(SignalType.ON_COMPLETE);
        assertThat(taken).hasSize(12);
    }

    private static void drain(ResumedAnswer answer) {
        try {
            answer.drain();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void doesNotWaitForADisconnectedReader() throws InterruptedException {
        ResumedAnswer narrow = answer(Optional.empty(), PIECE_BYTES);
        narrow.offer(3, 0, frames(1, 0, "a", false));
        narrow.leave();
        assertThat(narrow.isDone()).isTrue();
        narrow.drain();
    }

    @Test
    void refusesOrDisconnectsWhenTheLogCannotBeReached() throws InterruptedException {
        answer.broken(new IllegalStateException("no broker"));
        assertThat(refusal().status()).isEqualTo(503);

        ResumedAnswer begun = answer(Optional.empty(), BYTES_MAX);
        begun.offer(3, 0, frames(1, 0, "a", false));
        begun.broken(new IllegalStateException("no broker"));
        assertThatThrownBy(() -> begun.pieces().blockLast()).hasMessage("no broker");
    }

    /** A subscriber without demand. */
    private static final class StalledSubscriber extends BaseSubscriber<Piece> {
        private final CompletableFuture<Throwable> cut;

        StalledSubscriber(CompletableFuture<Throwable> cut) {
            this.cut = cut;
        }

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // Requests no items.
        }

        @Override
        protected void hookOnError(Throwable failure) {
            cut.complete(failure);
        }

        @Override
        protected void hookFinally(SignalType type) {
            cut.completeExceptionally(new AssertionError("ended by " + type));
        }
    }

    private static void offer(ResumedAnswer answer, int offset, Delta delta) {
        try {
            answer.offer(3, offset, delta);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Opening.Refused refusal() {
        @Nullable Opening opening = answer.opening().block(Duration.ofSeconds(1));
        assertThat(opening).isInstanceOf(Opening.Refused.class);
        return (Opening.Refused) java.util.Objects.requireNonNull(opening);
    }

    private Delta failed(int sequence) {
        return new Failed(generation, 1, sequence, CacheVerdict.MISS, 529, "2", true, "{failed}".getBytes(UTF_8));
    }

    private Delta frames(int attempt, int sequence, String text, boolean last) {
        return frames(attempt, sequence, text, last, 1);
    }

    private Delta frames(int attempt, int sequence, String text, boolean last, int count) {
        StringBuilder frames = new StringBuilder();
        for (int i = 0; i < count; i++) {
            frames.append("event: e\ndata: ").append(text).append('/').append(i).append("\n\n");
        }
        return new Frames(
                generation,
                attempt,
                sequence,
                CacheVerdict.EXACT,
                frames.toString().getBytes(UTF_8),
                last);
    }

    private static String text(ResumedAnswer answer) {
        StringBuilder text = new StringBuilder();
        answer.pieces()
                .doOnNext(piece -> text.append(
                        switch (piece) {
                            case Piece.Events events ->
                                new String(
                                        SseIds.number(
                                                events.partition(),
                                                events.offset(),
                                                events.frames().frames(),
                                                events.framesToSkip()),
                                        UTF_8);
                            case Piece.Failure failure ->
                                new String(failure.refusal().body(), UTF_8);
                            case Piece.Ping _ -> "ping;";
                        }))
                .blockLast(Duration.ofSeconds(5));
        return text.toString();
    }
}
