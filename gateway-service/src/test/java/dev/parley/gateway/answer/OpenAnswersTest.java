package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenAnswersTest {
    private static final AnswerSettings SETTINGS = new AnswerSettings(
            2, 4, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(15));

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();
    private final OpenAnswers answers = new OpenAnswers(SETTINGS, nanos::get);

    @Test
    void countsAnAnswerUntilItsResponseHasEnded() {
        OpenAnswer first = open();
        open();
        answers.offer(0, 0, last(first));
        answers.tick();
        assertThat(answers.size()).isEqualTo(2);
        assertThat(closed).hasValue(0);
        answers.close(first);
        answers.close(first);
        assertThat(answers.size()).isEqualTo(1);
        assertThat(closed).hasValue(1);
    }

    /** What a client that has left did not get is no end for it. */
    @Test
    void tellsTheEndOfAnAnswerThatIsOpen() {
        OpenAnswer left = open();
        answers.close(left);
        answers.offer(0, 0, last(left));
        assertThat(ended).hasValue(0);
        OpenAnswer answer = open();
        answers.offer(0, 1, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, "a".getBytes(UTF_8), false));
        assertThat(ended).hasValue(0);
        answers.offer(0, 2, new Frames(answer.generation(), 1, 1, CacheVerdict.MISS, "b".getBytes(UTF_8), true));
        assertThat(ended).hasValue(1);
    }

    /** Its owner was frozen, and another replica continues it. */
    @Test
    void tellsNoEndByTheLastPieceOfAnAttemptThatWasTakenOver() {
        OpenAnswer answer = open();
        answers.offer(0, 0, new Heartbeat(answer.generation(), 2, 0));
        answers.offer(0, 1, last(answer));
        answers.offer(0, 2, new Recorded(answer.generation(), 1, 1));
        assertThat(ended).hasValue(0);
        answers.offer(0, 3, new Frames(answer.generation(), 2, 1, CacheVerdict.MISS, "b".getBytes(UTF_8), true));
        assertThat(ended).hasValue(1);
    }

    @Test
    void dropsAnAnswerWhoseResponseNeverEnds() {
        answers.offer(0, 0, last(open()));
        nanos.addAndGet(SETTINGS.lifetimeMax().plusMinutes(1).toNanos());
        answers.tick();
        assertThat(answers.size()).isZero();
        assertThat(closed).hasValue(1);
    }

    /** Else what its key may have open is reduced although nothing is. */
    @Test
    void aGenerationIsOverWhoseAnswerTheTimeLimitsHaveClosed() {
        OpenAnswer answer = open();
        nanos.addAndGet(SETTINGS.lifetimeMax().plusMinutes(1).toNanos());
        answers.tick();
        answers.tick();
        answers.leave(answer, over::incrementAndGet);
        assertThat(over).hasValue(1);
    }

    /** Under a policy that lets it go on: its reader may have left, or have been disconnected because it was slow. */
    @Test
    void tellsWhenAGenerationIsOverWhoseReaderHasLeft() {
        OpenAnswer answer = open();
        answers.leave(answer, over::incrementAndGet);
        answers.leave(answer, over::incrementAndGet);
        assertThat(closed).hasValue(1);
        assertThat(answers.size()).isZero();
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, "a".getBytes(UTF_8), false));
        answers.offer(0, 1, new Recorded(generation(), 1, 1));
        assertThat(over).hasValue(0);
        answers.offer(0, 2, new Recorded(answer.generation(), 1, 1));
        answers.offer(0, 3, new Recorded(answer.generation(), 1, 1));
        assertThat(over).hasValue(1);
    }

    @Test
    void aGenerationIsOverThatHasEndedBeforeItsReaderLeaves() {
        OpenAnswer whole = open();
        answers.offer(0, 0, last(whole));
        answers.leave(whole, over::incrementAndGet);
        assertThat(over).hasValue(1);

        OpenAnswer slow = answers.open(generation(), _ -> false, _ -> ended.incrementAndGet(), closed::incrementAndGet);
        answers.offer(0, 1, new Frames(slow.generation(), 1, 0, CacheVerdict.MISS, new byte[20_000], false));
        answers.offer(0, 2, new Frames(slow.generation(), 1, 1, CacheVerdict.MISS, new byte[1], true));
        answers.offer(0, 3, new Recorded(slow.generation(), 1, 2));
        answers.leave(slow, over::incrementAndGet);
        assertThat(over).hasValue(2);
    }

    /** Such as one that no replica of inference-service has answered: it has no marker. */
    @Test
    void forgetsAGenerationAfterTwiceTheLongestDuration() {
        answers.leave(open(), over::incrementAndGet);
        nanos.addAndGet(SETTINGS.lifetimeMax().multipliedBy(2).toNanos());
        answers.tick();
        assertThat(over).hasValue(0);
        nanos.addAndGet(1);
        answers.tick();
        answers.tick();
        assertThat(over).hasValue(1);
    }

    @Test
    void aFailureOfOneAnswerDoesNotAffectOthers() {
        OpenAnswer bad = open();
        OpenAnswer good = open();
        List<Piece> pieces = new ArrayList<>();
        bad.pieces().subscribe(_ -> {
            throw new NoClassDefFoundError("simulated");
        });
        good.pieces().subscribe(pieces::add);
        answers.offer(0, 0, last(bad));
        answers.offer(0, 1, last(good));
        assertThat(pieces).hasSize(1);
        assertThat(bad.cut().materialize().block())
                .satisfies(end -> assertThat(end.getThrowable()).isInstanceOf(NoClassDefFoundError.class));
    }

    private OpenAnswer open() {
        return answers.open(generation(), _ -> true, _ -> ended.incrementAndGet(), closed::incrementAndGet);
    }

    private GenerationId generation() {
        return GenerationId.unsigned(Clock.systemUTC(), 0);
    }

    private static Frames last(OpenAnswer answer) {
        return new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, "a".getBytes(UTF_8), true);
    }
}
