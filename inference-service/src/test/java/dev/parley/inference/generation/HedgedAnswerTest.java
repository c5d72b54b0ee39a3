package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HedgedAnswerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final GenerationSettings SETTINGS =
            Generations.settings(Duration.ofMillis(20), LONG, Generations.retries(3, 3, Map.of()));
    private static final String ANSWER =
            AnswerEvents.start("msg_1", 100) + AnswerEvents.text("Good day") + AnswerEvents.end(7);
    private static final StoredQuestion QUESTION =
            new StoredQuestion(new Fingerprint("1".repeat(64)), "m", "Hello", new byte[] {1});

    private final ChatRequested requested = Requests.asking("""
        {"model":"claude-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}\
        """);
    private final List<Delta> deltas = new ArrayList<>();
    private final Verdict judging = new Verdict();
    private Optional<CachedAnswer> stored =
            Optional.of(new CachedAnswer("{\"id\":\"msg_0\"}".getBytes(UTF_8), Gzip.pack(ANSWER.getBytes(UTF_8))));
    private Supplier<Optional<CachedAnswer>> storedAnswer = () -> stored;
    private boolean unpacked;
    private Consumer<Delta> published = deltas::add;
    private boolean used;
    private boolean hasMemory = true;

    @Test
    void isTheStoredOneIfTheJudgePermitsItFirst() throws Exception {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        judging.verdict.complete(true);
        FinishedTurn finished = hedge(claude, new Cancellation());

        assertThat(claude.cancelled()).isTrue();
        assertThat(used).isTrue();
        assertThat(deltas).last().isInstanceOfSatisfying(Frames.class, piece -> {
            assertThat(piece.cache()).isEqualTo(CacheVerdict.SIMILAR);
            assertThat(piece.sequence()).isZero();
            assertThat(piece.similar()).map(SimilarCheck::gate).contains("reused:judge");
        });
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.SIMILAR);
            assertThat(turn.facts().attempts()).extracting(Attempt::outcome).containsExactly("completed", "cancelled");
            assertThat(turn.facts().attempts().getFirst().purpose()).contains(Attempt.JUDGE);
            assertThat(turn.facts().attempts().getFirst().costUsd())
                    .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo("0.1"));
            assertThat(turn.facts().attempts().getLast().costUsd())
                    .as("Claude may bill the closed call")
                    .isEmpty();
            assertThat(turn.facts().costUsd()).isEmpty();
            assertThat(turn.facts().answerUsage()).isEqualTo(Usage.NONE);
        });
        assertThat(finished.question()).isEmpty();
        assertThat(finished.gzippedFrames()).isEmpty();
    }

    /** As when its conversation was deleted while the judge was asked. */
    @Test
    void isClaudesIfTheStoredOneIsGoneWhenTheJudgePermitsIt() throws Exception {
        judging.verdict.complete(true);
        stored = Optional.empty();

        FinishedTurn finished = hedge(answeringAfter(judging.stopping), new Cancellation());

        assertThat(finished.turn().facts().similar()).hasValueSatisfying(check -> {
            assertThat(check.gate()).isEqualTo("answer-gone");
            assertThat(check.source()).isEmpty();
        });
        isClaudes(finished);
        assertThat(used).isFalse();
    }

    @Test
    void isClaudesIfThereIsNoMemoryForTheStoredOne() throws Exception {
        judging.verdict.complete(true);
        hasMemory = false;

        FinishedTurn finished = hedge(answeringAfter(judging.stopping), new Cancellation());

        assertThat(finished.turn().facts().similar()).hasValueSatisfying(check -> {
            assertThat(check.gate()).isEqualTo("crowded");
            assertThat(check.source()).isEmpty();
        });
        isClaudes(finished);
        assertThat(used).isFalse();
    }

    @Test
    void isClaudesIfItRespondsWhileTheStoredOneIsRead() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        judging.verdict.complete(true);
        storedAnswer = () -> {
            read.complete(null);
            return stored;
        };
        FinishedTurn finished = hedge(answeringAfter(read), new Cancellation());

        assertThat(finished.turn().facts().similar()).map(SimilarCheck::gate).contains("judge:late");
        isClaudes(finished);
        assertThat(used).isFalse();
        assertThat(unpacked).isFalse();
    }

    @Test
    void isClaudesIfItRespondsFirst() throws Exception {
        FinishedTurn finished = hedge(ScriptedClaude.answering(ScriptedClaude.bytes(ANSWER)), new Cancellation());

        assertThat(judging.stopped).isTrue();
        assertThat(deltas.stream().filter(Frames.class::isInstance).map(Frames.class::cast))
                .first()
                .satisfies(piece -> {
                    assertThat(piece.cache()).isEqualTo(CacheVerdict.MISS);
                    assertThat(piece.similar()).map(SimilarCheck::gate).contains("judge:late");
                });
        isClaudes(finished);
    }

    @Test
    void isClaudesIfTheJudgeDoesNotPermitTheStoredOne() throws Exception {
        CompletableFuture<Claude.Response> later = new CompletableFuture<>();
        Claude claude = call -> {
            judging.verdict.complete(false);
            var _ = judging.stopping.thenRun(() -> later.complete(ScriptedClaude.answering(ScriptedClaude.bytes(ANSWER))
                    .ask(call)
                    .join()));
            return later;
        };
        FinishedTurn finished = hedge(claude, new Cancellation());

        assertThat(finished.turn().facts().similar()).map(SimilarCheck::gate).contains("judge:no");
        isClaudes(finished);
        assertThat(used).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 529})
    void isTheStoredOneIfTheJudgePermitsItAfterARefusalOfClaude(int status) throws Exception {
        published = delta -> {
            deltas.add(delta);
            judging.verdict.complete(true);
        };
        FinishedTurn finished = hedge(ScriptedClaude.refusing(refusal(status)), new Cancellation());

        assertThat(used).isTrue();
        assertThat(deltas.getFirst()).as("while the verdict was waited for").isInstanceOf(Delta.Heartbeat.class);
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.SIMILAR);
            assertThat(turn.facts().similar()).map(SimilarCheck::gate).contains("reused:judge");
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::purpose, Attempt::outcome, Attempt::status)
                    .containsExactly(
                            tuple(Optional.of(Attempt.JUDGE), "completed", 200),
                            tuple(Optional.empty(), "refused", status));
            assertThat(turn.facts().attempts().getLast().costUsd()).contains(BigDecimal.ZERO);
            assertThat(turn.facts().costUsd())
                    .as("that of the judge")
                    .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo("0.1"));
        });
    }

    @Test
    void isClaudesAtItsNextCallIfTheJudgeDoesNotPermitTheStoredOneAfterARefusal() throws Exception {
        published = delta -> {
            deltas.add(delta);
            judging.verdict.complete(false);
        };
        FinishedTurn finished = hedge(
                ScriptedClaude.refusing(refusal(529)).thenAnswering(ScriptedClaude.bytes(ANSWER)), new Cancellation());

        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.MISS);
            assertThat(turn.facts().similar()).map(SimilarCheck::gate).contains("judge:no");
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::outcome)
                    .containsExactly("completed", "refused", "completed");
        });
        assertThat(used).isFalse();
    }

    @Test
    void endsWhenTheClientCancelsAfterARefusal() throws Exception {
        Cancellation cancellation = new Cancellation();
        published = delta -> {
            deltas.add(delta);
            cancellation.request();
        };
        FinishedTurn finished = hedge(ScriptedClaude.refusing(refusal(529)), cancellation);

        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCancelled.class,
                        turn -> assertThat(turn.facts().attempts())
                                .extracting(Attempt::outcome)
                                .containsExactly("completed", "refused"));
        assertThat(judging.stopped).isTrue();
    }

    private static Claude answeringAfter(CompletableFuture<Void> event) {
        return call -> event.thenCompose(
                _ -> ScriptedClaude.answering(ScriptedClaude.bytes(ANSWER)).ask(call));
    }

    private static Claude.Response.Refused refusal(int status) {
        return new Claude.Response.Refused(status, "req_1", "", ApiError.of(status, "no"), false);
    }

    private static void isClaudes(FinishedTurn finished) {
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.MISS);
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::purpose)
                    .containsExactly(Optional.of(Attempt.JUDGE), Optional.empty());
            assertThat(turn.facts().attempts()).extracting(Attempt::number).containsExactly(0, 1);
            assertThat(turn.facts().answerUsage().inputTokens()).isEqualTo(100);
            assertThat(turn.facts().usage().inputTokens()).isEqualTo(1_000_100);
        });
        assertThat(finished.question()).contains(QUESTION);
        assertThat(finished.gzippedFrames()).isNotEmpty();
    }

    @Test
    void endsWhenTheClientCancels() throws Exception {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        Cancellation cancellation = new Cancellation();
        published = delta -> {
            deltas.add(delta);
            cancellation.request();
        };

        assertThat(hedge(claude, cancellation).turn()).isInstanceOf(ChatCancelled.class);
        assertThat(claude.cancelled()).isTrue();
        assertThat(judging.stopped).isTrue();
    }

    @Test
    void costsNothingIfTheClientCancelsBefore() throws Exception {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        Cancellation cancellation = new Cancellation();
        cancellation.request();

        assertThat(hedge(claude, cancellation).turn()).isInstanceOfSatisfying(ChatCancelled.class, turn -> {
            assertThat(turn.facts().attempts()).isEmpty();
            assertThat(turn.facts().costUsd()).contains(BigDecimal.ZERO);
            assertThat(turn.facts().similar()).map(SimilarCheck::gate).contains("threshold");
        });
        assertThat(claude.calls()).isEmpty();
        assertThat(judging.started).isFalse();
    }

    @Test
    void endsWhenTheClientCancelsAtTheMomentOfTheVerdict() throws Exception {
        judging.verdict.complete(true);
        Cancellation cancellation = new Cancellation();
        storedAnswer = () -> {
            cancellation.request();
            return stored;
        };

        assertThat(hedge(ScriptedClaude.neverAnswering(), cancellation).turn()).isInstanceOf(ChatCancelled.class);
        assertThat(used).isFalse();
    }

    /** Such as that of a judge whose call was closed within its thinking. */
    @Test
    void leavesAnUnknownCostOfTheJudgeUnknown() throws Exception {
        judging.verdict.complete(false);
        judging.isCostKnown = false;

        FinishedTurn finished = hedge(ScriptedClaude.answering(ScriptedClaude.bytes(ANSWER)), new Cancellation());

        assertThat(finished.turn().facts().attempts().getFirst().costUsd()).isEmpty();
        assertThat(finished.turn().facts().costUsd()).isEmpty();
    }

    /** Claude bills it. */
    @Test
    void leavesTheCostUnknownIfTheCallToTheJudgeDoesNotEnd() throws Exception {
        judging.hasEnded = false;
        published = delta -> {
            deltas.add(delta);
            judging.verdict.complete(true);
        };
        FinishedTurn finished = hedge(ScriptedClaude.refusing(refusal(529)), new Cancellation());

        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::costUsd)
                .containsExactly(Optional.of(BigDecimal.ZERO));
        assertThat(finished.turn().facts().costUsd()).isEmpty();
    }

    /** Claude would bill an answer that is not read. */
    @Test
    void closesTheCallIfTheStoredAnswerCannotBeRead() {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        judging.verdict.complete(true);
        storedAnswer = () -> {
            throw new IllegalStateException("Redis is away");
        };
        assertThatIllegalStateException().isThrownBy(() -> hedge(claude, new Cancellation()));
        assertThat(claude.cancelled()).isTrue();
        assertThat(judging.stopped).isTrue();
    }

    @Test
    void closesTheCallIfAHeartbeatFailsBeforeTheVerdict() {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        published = _ -> {
            throw new IllegalStateException("lost");
        };
        assertThatIllegalStateException().isThrownBy(() -> hedge(claude, new Cancellation()));
        assertThat(claude.cancelled()).isTrue();
        assertThat(judging.stopped).isTrue();
    }

    private FinishedTurn hedge(Claude claude, Cancellation cancellation) throws InterruptedException {
        SimilarTrace trace = new SimilarTrace(
                Optional.of(new SimilarCheck("threshold", Optional.of(0.8), Optional.empty(), Optional.empty())),
                Optional.of(QUESTION));
        ModelPrice price = new ModelPrice(
                "cheap", new BigDecimal("0.1"), BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, 0, null);
        return Generations.runner(claude, SETTINGS, Clock.systemUTC(), price)
                .hedge(
                        RoutedRequest.toClaude(requested, Instant.EPOCH, trace),
                        new JudgedAnswer(judging::start, storedAnswer, () -> used = true),
                        new TestSink(),
                        cancellation);
    }

    private final class TestSink implements DeltaSink {
        @Override
        public void publish(Delta delta) {
            published.accept(delta);
        }

        @Override
        public Optional<byte[]> unpack(CachedAnswer answer) {
            unpacked = hasMemory;
            return hasMemory ? answer.frames() : Optional.empty();
        }

        @Override
        public void dropUnpacked() {
            unpacked = false;
        }
    }

    /** A verdict that a test gives. */
    private final class Verdict implements Judging {
        private final CompletableFuture<Boolean> verdict = new CompletableFuture<>();
        private final CompletableFuture<Void> stopping = new CompletableFuture<>();
        private boolean isCostKnown = true;
        private boolean hasEnded = true;
        private boolean started;
        private boolean stopped;

        private Judging start() {
            started = true;
            return this;
        }

        @Override
        public CompletableFuture<Boolean> permitted() {
            return verdict;
        }

        @Override
        public SimilarTrace stop() {
            stopped = true;
            String gate = verdict.isDone() ? verdict.join() ? "reused:judge" : "judge:no" : Judging.LATE;
            stopping.complete(null);
            return new SimilarTrace(
                    Optional.of(new SimilarCheck(
                            gate, Optional.of(0.8), Optional.empty(), Optional.of(requested.generation()))),
                    Optional.of(QUESTION));
        }

        /** Its cost is computed later, unless it is unknown. */
        @Override
        public Optional<List<Attempt>> calls() {
            assertThat(stopped).isTrue();
            Attempt call = new Attempt(
                    0,
                    "cheap",
                    Instant.EPOCH,
                    1,
                    "completed",
                    200,
                    "req_j",
                    new Usage(1_000_000, 1, 0, 0),
                    isCostKnown ? Optional.of(BigDecimal.ZERO) : Optional.empty());
            return hasEnded ? Optional.of(List.of(call.judging())) : Optional.empty();
        }
    }
}
