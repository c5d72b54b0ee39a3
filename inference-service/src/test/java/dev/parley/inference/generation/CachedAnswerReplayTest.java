package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CachedAnswerReplayTest {
    private static final GenerationSettings SETTINGS =
            Generations.settings(Duration.ofMillis(20), Duration.ofSeconds(1), Generations.retries(3, 3, Map.of()));
    private static final String START = AnswerEvents.start("msg_1", 100);
    private static final String TEXT = AnswerEvents.text("Good ");
    private static final String END = AnswerEvents.end(7);

    private final ChatRequested requested = Requests.asking("""
        {"model":"claude-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}\
        """);
    private final List<Delta> deltas = new ArrayList<>();

    @Test
    void isSentAsTheOnlyAttemptWithoutCost() throws Exception {
        FinishedTurn finished = replay(exact(), answer(START + TEXT + END), deltas::add);

        assertThat(deltas).singleElement().isInstanceOfSatisfying(Frames.class, piece -> {
            assertThat(piece.cache()).isEqualTo(CacheVerdict.EXACT);
            assertThat(piece.attempt()).isEqualTo(1);
            assertThat(piece.last()).isTrue();
        });
        assertThat(text()).isEqualTo(START + TEXT + END);
        isATurnFromTheCache(finished);
        assertThat(finished.gzippedFrames()).isEmpty();
        assertThat(finished.marker().sequence()).isEqualTo(1);
    }

    @Test
    void isSplitIfItIsLong() throws Exception {
        String frames = START + AnswerEvents.text("Good ".repeat(100)).repeat(2_000) + END;
        replay(exact(), answer(frames), deltas::add);

        assertThat(text()).isEqualTo(frames);
        assertThat(deltas)
                .hasSizeGreaterThan(1)
                .allSatisfy(piece -> assertThat(((Frames) piece).frames()).hasSizeLessThanOrEqualTo(512 * 1024));
        assertThat(deltas).filteredOn(Delta::last).containsExactly(deltas.getLast());
        assertThat(deltas).extracting(Delta::sequence).isSorted().doesNotHaveDuplicates();
    }

    /** It comes at once, and would take the room for what event loops have read. */
    @Test
    void awaitsRoom() throws Exception {
        RecordingSink sink = new RecordingSink();
        sink.room = false;
        FutureTask<FinishedTurn> replaying = new FutureTask<>(() -> replay(exact(), answer(START + TEXT + END), sink));
        Thread.startVirtualThread(replaying);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> replaying.get(100, TimeUnit.MILLISECONDS));
        assertThat(sink.deltas).isEmpty();
        sink.room = true;
        isATurnFromTheCache(replaying.get(30, TimeUnit.SECONDS));
        assertThat(sink.deltas).hasSize(1);
        assertThat(sink.kept).as("no event is kept").isZero();
    }

    /** Thousands wait for one partition that cannot be written. */
    @Test
    void asksForRoomLessAndLessOften() throws Exception {
        RecordingSink sink = new RecordingSink();
        sink.room = false;
        FutureTask<FinishedTurn> replaying = new FutureTask<>(() -> replay(exact(), answer(START + TEXT + END), sink));
        Thread.startVirtualThread(replaying);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> replaying.get(1, TimeUnit.SECONDS));
        assertThat(sink.askedForRoom).hasPositiveValue().hasValueLessThan(20);
        sink.room = true;
        isATurnFromTheCache(replaying.get(30, TimeUnit.SECONDS));
    }

    @Test
    void isRecordedAsACachedAnswerIfItsOwnerDiedBeforeTheTurn() {
        GenerationLog log = Generations.log(cached(0, START + TEXT + END, true));

        isATurnFromTheCache(runner(ScriptedClaude.neverAnswering()).turnFromLog(requested, log, deltas::add));
        assertThat(deltas).isEmpty();
    }

    @Test
    void ofASimilarQuestionTellsItsSourceOnceAndAlsoIfItsOwnerDied() throws Exception {
        SimilarCheck check = new SimilarCheck(
                SimilarCheck.REUSED, Optional.of(0.95), Optional.of(0.9), Optional.of(requested.generation()));
        RoutedRequest similar =
                new RoutedRequest(requested, CacheVerdict.SIMILAR, Instant.EPOCH, SimilarTrace.of(check));

        FinishedTurn served =
                replay(similar, answer(START + AnswerEvents.text("x".repeat(600_000)) + TEXT + END), deltas::add);

        assertThat(deltas).hasSizeGreaterThan(1);
        assertThat(deltas)
                .extracting(delta -> ((Frames) delta).similar())
                .first()
                .isEqualTo(Optional.of(check));
        assertThat(deltas.subList(1, deltas.size()))
                .allSatisfy(delta -> assertThat(((Frames) delta).similar()).isEmpty());
        GenerationLog log = Generations.log(deltas, Instant.now());
        FinishedTurn recovered = runner(ScriptedClaude.neverAnswering()).turnFromLog(requested, log, deltas::add);
        assertThat(List.of(served, recovered)).allSatisfy(finished -> {
            assertThat(finished.turn().facts().cache()).isEqualTo(CacheVerdict.SIMILAR);
            assertThat(finished.turn().facts().similar()).contains(check);
            assertThat(finished.turn().facts().attempts()).isEmpty();
            assertThat(finished.question()).isEmpty();
        });
    }

    @Test
    void ofAPublicationHasNoneOfItsIds() throws Exception {
        RoutedRequest published =
                new RoutedRequest(requested, CacheVerdict.PUBLISHED, Instant.EPOCH, SimilarTrace.NONE);
        replay(published, answer("id: 5-1.0\n" + START + TEXT + END), deltas::add);
        assertThat(text()).isEqualTo(START + TEXT + END);
    }

    /** For the same question its signature is valid, for a similar one it is not. */
    @ParameterizedTest
    @EnumSource(
            value = CacheVerdict.class,
            names = {"EXACT", "SIMILAR"})
    void hasItsThinkingForTheSameQuestionOnly(CacheVerdict verdict) throws Exception {
        String start = AnswerEvents.messageStart("msg_1", 100);
        String text = AnswerEvents.TEXT_START + TEXT;
        String frames = start
                + AnswerEvents.thinking("Hm.", "s")
                + AnswerEvents.second(text + AnswerEvents.endWithoutStop("end_turn", 7))
                + AnswerEvents.MESSAGE_STOP;
        String message = """
            {"content":[{"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"Good "}]}\
            """;
        CachedAnswer thought = new CachedAnswer(message.getBytes(UTF_8), Gzip.pack(frames.getBytes(UTF_8)));

        FinishedTurn finished =
                replay(new RoutedRequest(requested, verdict, Instant.EPOCH, SimilarTrace.NONE), thought, deltas::add);

        boolean same = verdict == CacheVerdict.EXACT;
        assertThat(text()).isEqualTo(same ? frames : start + text + END);
        assertThat(finished.turn().message().path("content"))
                .extracting(block -> block.path("type").stringValue())
                .isEqualTo(same ? List.of("thinking", "text") : List.of("text"));
    }

    @Test
    void isCompletedByClaudeIfItsOwnerDiedInTheMiddle() throws Exception {
        GenerationLog log = Generations.log(cached(0, START + TEXT, false));
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, AnswerEvents.text("day"), END));

        FinishedTurn finished = runner(claude).resume(requested, log, 2, deltas::add, new Cancellation());

        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day");
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.MISS);
            assertThat(turn.facts().attempts()).extracting(Attempt::outcome).containsExactly("completed");
            assertThat(turn.facts().usage().inputTokens()).isEqualTo(100);
        });
    }

    /** Also if Claude completes it: its client was told the source. */
    @ParameterizedTest
    @EnumSource(
            value = CacheVerdict.class,
            names = {"MISS", "SIMILAR"})
    void tellsWhatBecameOfASimilarQuestionIfItsOwnerDied(CacheVerdict verdict) throws Exception {
        SimilarCheck check =
                new SimilarCheck("gate", Optional.of(0.95), Optional.of(0.9), Optional.of(requested.generation()));
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, AnswerEvents.text("day"), END));

        FinishedTurn resumed = runner(claude)
                .resume(requested, similarLog(verdict, check, START + TEXT), 2, deltas::add, new Cancellation());
        FinishedTurn recorded =
                runner(claude).turnFromLog(requested, similarLog(verdict, check, START + TEXT + END), deltas::add);

        assertThat(List.of(resumed, recorded))
                .extracting(finished -> finished.turn().facts().similar())
                .containsOnly(Optional.of(check));
    }

    /** Calls to a judge are not on the log. */
    @ParameterizedTest
    @CsvSource({
        "JUDGED, reused:judge, SIMILAR, false",
        "JUDGED, judge:no, MISS, false",
        "HEDGED, answer-gone, MISS, false",
        "JUDGED, reused, SIMILAR, true",
        "HEDGED, lexical:numbers, MISS, true",
        "JUDGED, candidates, MISS, true",
        "JUDGED, vetoed, MISS, true",
        "JUDGED, judge:crowded, MISS, true",
        "JUDGED, crowded, MISS, false",
        "JUDGED, threshold, EXACT, true",
        "STANDARD, answer-gone, MISS, true"
    })
    void costsAnUnknownSumIfAJudgeMayHaveBeenAskedAndItsOwnerDied(
            SimilarMode mode, String gate, CacheVerdict verdict, boolean known) throws Exception {
        SimilarCheck check = new SimilarCheck(gate, Optional.of(0.8), Optional.empty(), Optional.empty());
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, AnswerEvents.text("day"), END));

        ChatRequested similar = similarly(mode);
        FinishedTurn resumed = runner(claude)
                .resume(similar, similarLog(verdict, check, START + TEXT), 2, deltas::add, new Cancellation());
        FinishedTurn recorded =
                runner(claude).turnFromLog(similar, similarLog(verdict, check, START + TEXT + END), deltas::add);

        assertThat(List.of(resumed, recorded))
                .extracting(finished -> finished.turn().facts().costUsd().isPresent())
                .containsOnly(known);
    }

    /** As when it died between the verdict and Claude's response. */
    @Test
    void costsAnUnknownSumIfItsOwnerDiedBeforeTheFirstEvent() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, END));
        GenerationLog begun = Generations.log(new Heartbeat(requested.generation(), 1, 0));
        assertThat(runner(claude)
                        .resume(similarly(SimilarMode.JUDGED), begun, 2, deltas::add, new Cancellation())
                        .turn()
                        .facts()
                        .costUsd())
                .isEmpty();
    }

    private ChatRequested similarly(SimilarMode mode) {
        return Events.requested(asked -> {
            asked.generation = requested.generation();
            asked.request = requested.request();
            asked.similar = Optional.of(new SimilarQuestion(mode, asked.fingerprint, "Hello"));
        });
    }

    private GenerationLog similarLog(CacheVerdict verdict, SimilarCheck check, String frames) {
        return Generations.log(new Frames(
                requested.generation(),
                1,
                0,
                verdict,
                frames.getBytes(UTF_8),
                frames.endsWith(END),
                Optional.empty(),
                Optional.of(check)));
    }

    @Test
    void aSharedAnswerStaysSharedIfItsOwnerDied() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, AnswerEvents.text("day"), END));
        assertThat(runner(claude)
                        .resume(requested, sharedLog(START + TEXT, false), 2, deltas::add, new Cancellation())
                        .turn()
                        .facts()
                        .cache())
                .isEqualTo(CacheVerdict.SHARED);
        assertThat(runner(ScriptedClaude.neverAnswering())
                        .turnFromLog(requested, sharedLog(START + TEXT + END, true), deltas::add)
                        .turn()
                        .facts()
                        .cache())
                .isEqualTo(CacheVerdict.SHARED);
    }

    private GenerationLog sharedLog(String frames, boolean last) {
        return Generations.log(
                new Delta.Followed(requested.generation(), 1, 0),
                new Frames(requested.generation(), 1, 1, CacheVerdict.SHARED, frames.getBytes(UTF_8), last));
    }

    private static void isATurnFromTheCache(FinishedTurn finished) {
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.EXACT);
            assertThat(turn.facts().attempts()).isEmpty();
            assertThat(turn.facts().usage()).isEqualTo(Usage.NONE);
            assertThat(turn.facts().costUsd()).contains(BigDecimal.ZERO);
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good ");
        });
    }

    private Delta cached(int sequence, String frames, boolean last) {
        return new Frames(requested.generation(), 1, sequence, CacheVerdict.EXACT, frames.getBytes(UTF_8), last);
    }

    private static CachedAnswer answer(String frames) {
        String message = """
            {"id":"msg_1","role":"assistant","content":[{"type":"text","text":"Good "}],"stop_reason":"end_turn"}\
            """;
        return new CachedAnswer(message.getBytes(UTF_8), Gzip.pack(frames.getBytes(UTF_8)));
    }

    private static FinishedTurn replay(RoutedRequest request, CachedAnswer answer, DeltaSink sink)
            throws InterruptedException {
        return runner(ScriptedClaude.neverAnswering())
                .replay(request, answer.message(), sink.unpack(answer).orElseThrow(), sink);
    }

    private RoutedRequest exact() {
        return new RoutedRequest(requested, CacheVerdict.EXACT, Instant.EPOCH, SimilarTrace.NONE);
    }

    private String text() {
        return deltas.stream()
                .map(piece -> new String(((Frames) piece).frames(), UTF_8))
                .collect(Collectors.joining());
    }

    private static GenerationRunner runner(Claude claude) {
        BigDecimal one = BigDecimal.ONE;
        ModelPrice price = new ModelPrice("claude-", one, one, one, one, 0, null);
        return Generations.runner(claude, SETTINGS, Clock.systemUTC(), price);
    }
}
