package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAnswerTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    /** Later times overflow, as those of {@link System#nanoTime()} may. */
    private static final long NOW = Long.MAX_VALUE;

    private static final AnswerSettings SETTINGS = new AnswerSettings(
            10, 20, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(15));

    private final OpenAnswer answer = new OpenAnswer(GENERATION, SETTINGS, NOW, _ -> true, _ -> {});

    @Property(tries = 200)
    void deliversEachPieceOnceAndInOrderDespiteDuplicates(
            @ForAll @IntRange(min = 1, max = 30) int pieces, @ForAll long seed) {
        OpenAnswer doubled = new OpenAnswer(GENERATION, SETTINGS, NOW, _ -> true, _ -> {});
        Random random = new Random(seed);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            boolean last = i == pieces - 1;
            expected.append(i).append(';');
            int again = random.nextInt(i + 1);
            doubled.offer(0, i, frames(1, i, i + ";", last), NOW);
            if (!last) {
                doubled.offer(0, i, frames(1, again, again + ";", false), NOW);
            }
        }
        assertThat(text(doubled)).isEqualTo(expected.toString());
    }

    @Test
    void opensWithTheModelThatAnswers() {
        AnsweredBy model = new AnsweredBy("claude-haiku-5-5", "score");
        answer.offer(0, 0, new Heartbeat(GENERATION, 1, 0), NOW);
        answer.offer(
                0,
                1,
                new Frames(
                        GENERATION, 1, 1, CacheVerdict.MISS, new byte[1], false, Optional.of(model), Optional.empty()),
                NOW);
        assertThat(answer.opening().block())
                .isEqualTo(new Opening.Begun(CacheVerdict.MISS, Optional.of(model), Optional.empty()));
    }

    @Test
    void deliversNothingAfterALostPieceUntilTheNextAttemptContinues() {
        answer.offer(0, 0, frames(1, 0, "a;", false), NOW);
        answer.offer(0, 1, frames(1, 2, "c;", true), NOW);
        answer.offer(0, 2, new Heartbeat(GENERATION, 2, 0), NOW);
        answer.offer(0, 3, frames(2, 1, "b;", true), NOW);
        assertThat(text(answer)).isEqualTo("a;b;");
    }

    @Test
    void isOverAfterItsLastPieceButNotWhenItsReaderIsDisconnected() {
        assertThat(answer.tick(after(601))).isTrue();
        assertThat(answer.isOver()).isFalse();
        OpenAnswer whole = new OpenAnswer(GENERATION, SETTINGS, NOW, _ -> true, _ -> {});
        whole.offer(0, 0, frames(1, 0, "a;", true), NOW);
        assertThat(whole.isOver()).isTrue();
    }

    @Test
    void failsWhenTheEndArrivesWithoutTheLastPiece() {
        answer.offer(0, 0, frames(1, 0, "a;", false), NOW);
        answer.offer(0, 1, new Recorded(GENERATION, 1, 1), NOW);
        assertThat(text(answer)).contains("\"type\":\"error\"");
    }

    @Test
    void opensWithTheErrorOfAFailedAnswer() {
        answer.offer(0, 0, new Heartbeat(GENERATION, 1, 0), NOW);
        answer.offer(0, 1, new Failed(GENERATION, 1, 1, CacheVerdict.MISS, 429, "7", true, "{}".getBytes(UTF_8)), NOW);
        assertThat(answer.opening().block()).isInstanceOfSatisfying(Opening.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.retryAfter()).isEqualTo("7");
            assertThat(refused.isWorthRetrying()).isFalse();
        });
    }

    /** Else proxies would close a silent connection. */
    @Test
    void sendsAPingAfterAnIntervalWithoutEvents() {
        assertThat(answer.tick(after(9))).isTrue();
        assertThat(answer.tick(after(11))).isTrue();
        answer.offer(0, 0, frames(1, 0, "a;", true), after(12));
        assertThat(text(answer)).isEqualTo("ping;a;");
    }

    @Test
    void endsWithAnErrorAfterTheMaximumDuration() {
        assertThat(answer.tick(after(601))).isTrue();
        assertThat(text(answer)).contains("timeout_error");
        assertThat(answer.opening().block())
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(504));
    }

    /** An SDK would repeat the request, which is billed again and exceeds the limit again, unless nothing has begun to answer it. */
    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void isNotWorthRetryingAfterTheMaximumDuration(int deltas, boolean worthRetrying) {
        for (int i = 0; i < deltas; i++) {
            answer.offer(0, i, new Heartbeat(GENERATION, 1, i), NOW);
        }
        answer.tick(after(601));
        assertThat(answer.opening().block())
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused -> assertThat(refused.isWorthRetrying()).isEqualTo(worthRetrying));
    }

    @Test
    void disconnectsASlowReaderForWhichThereIsNoRoom() {
        OpenAnswer crowded = new OpenAnswer(GENERATION, SETTINGS, NOW, _ -> false, _ -> {});
        var cut = crowded.cut().toFuture();
        int pieces = 0;
        while (!cut.isDone() && pieces <= 64) {
            crowded.offer(0, pieces, frames(1, pieces, "x".repeat(1000), false), NOW);
            pieces++;
        }
        assertThat(pieces).isBetween(10, 20);
        assertThatThrownBy(() -> crowded.pieces().blockLast()).isInstanceOf(SlowReaderException.class);
    }

    @Test
    void aReaderThatHasDisconnectedIsNotTooSlow() {
        var failures = new ArrayList<Throwable>();
        answer.cut().subscribe(_ -> {}, failures::add);
        answer.pieces().subscribe().dispose();
        answer.offer(0, 0, frames(1, 0, "a;", false), NOW);
        assertThat(failures).isEmpty();
    }

    @Test
    void aReaderThatKeepsUpNeedsNoRoom() {
        OpenAnswer crowded = new OpenAnswer(GENERATION, SETTINGS, NOW, _ -> false, _ -> {});
        var text = crowded.pieces().count().toFuture();
        for (int i = 0; i < 1000; i++) {
            crowded.offer(0, i, frames(1, i, "x".repeat(500), i == 999), NOW);
        }
        assertThat(text).isCompletedWithValue(1000L);
    }

    /** A client that repeats a running request gets all earlier pieces at once, faster than most connections take them. */
    @Test
    void aReaderMayJoinALongAnswerLate() {
        int pieces = 5_000;
        for (int i = 0; i < pieces; i++) {
            answer.offer(0, i, frames(1, i, "x;", i == pieces - 1), NOW);
        }
        assertThat(text(answer)).isEqualTo("x;".repeat(pieces));
    }

    @Test
    void disconnectsAReaderThatDoesNotDrainTheRest() {
        answer.offer(0, 0, frames(1, 0, "a;", true), NOW);
        assertThat(answer.tick(after(610))).isTrue();
        assertThat(answer.tick(after(616))).isFalse();
        assertThatThrownBy(() -> answer.cut().block()).isInstanceOf(SlowReaderException.class);
    }

    @Test
    void deliversNothingAfterItsEnd() {
        answer.offer(0, 0, frames(1, 0, "a;", true), NOW);
        assertThat(answer.tick(after(30))).isTrue();
        answer.offer(0, 1, frames(2, 0, "b;", true), NOW);
        assertThat(text(answer)).isEqualTo("a;");
    }

    private static long after(int seconds) {
        return NOW + Duration.ofSeconds(seconds).toNanos();
    }

    private static Delta frames(int attempt, int sequence, String text, boolean last) {
        return new Frames(GENERATION, attempt, sequence, CacheVerdict.MISS, text.getBytes(UTF_8), last);
    }

    private static String text(OpenAnswer answer) {
        List<String> texts = new ArrayList<>();
        answer.pieces()
                .doOnNext(piece -> texts.add(
                        switch (piece) {
                            case Piece.Events events ->
                                new String(events.frames().frames(), UTF_8);
                            case Piece.Failure failure ->
                                new String(failure.refusal().body(), UTF_8);
                            case Piece.Ping _ -> "ping;";
                        }))
                .blockLast();
        return String.join("", texts);
    }
}
