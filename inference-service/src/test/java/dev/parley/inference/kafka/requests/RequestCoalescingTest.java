package dev.parley.inference.kafka.requests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.WholeAnswer;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.threeten.extra.MutableClock;

/** Two identical requests, the second of which arrives just after the end of the first answer. */
@Timeout(30)
class RequestCoalescingTest {
    private static final String TRACE = "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01";

    private final Clock clock = Clock.systemUTC();
    private final Deletions deletions = new Deletions();
    private final MockProducer<String, byte[]> producer = OwnedPartitions.deltaProducer(true);
    private int asked;
    private boolean responds = true;
    private String stopReason = "end_turn";

    @Test
    void followsTheAnswerOfAnExistingConversation() throws Exception {
        FinishedTurn second = askTwice(() -> deletions, "conv-other");
        assertThat(asked).isEqualTo(1);
        assertThat(second.turn().facts().cache()).isEqualTo(CacheVerdict.SHARED);
        assertThat(verdicts()).containsExactly("miss", "shared");
    }

    @Test
    void releasesAnAnswerThatTheCacheHasHadTimeToStore() throws Exception {
        MutableClock time = MutableClock.of(Events.NOON, ZoneOffset.UTC);
        RequestCoalescing coalescing = new RequestCoalescing(runner(), () -> deletions, time);
        run(coalescing, requested("conv-1"));
        time.add(Duration.ofSeconds(5));
        FinishedTurn within = run(coalescing, requested("conv-2"));
        time.add(Duration.ofMillis(1));
        FinishedTurn after = run(coalescing, requested("conv-3"));
        assertThat(within.turn().facts().cache()).isEqualTo(CacheVerdict.SHARED);
        assertThat(after.turn().facts().cache()).isEqualTo(CacheVerdict.MISS);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void callsClaudeIfTheFirstConversationIsDeleted() throws Exception {
        FinishedTurn second = askTwice(() -> deletions, "conv-1");
        assertThat(asked).isEqualTo(2);
        assertThat(second.turn().facts().cache()).isEqualTo(CacheVerdict.MISS);
        assertThat(verdicts()).containsExactly("miss");
    }

    @Test
    void callsClaudeIfDeletionsAreUnavailable() throws Exception {
        askTwice(
                () -> {
                    throw new TimeoutException("no broker");
                },
                "conv-other");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void callsClaudeAgainAfterARefusal() throws Exception {
        stopReason = "refusal";
        FinishedTurn second = askTwice(() -> deletions, "conv-other");
        assertThat(asked).isEqualTo(2);
        assertThat(second.turn().facts().cache()).isEqualTo(CacheVerdict.MISS);
    }

    /** A fallback model may answer the first request that the second one's key may not use. */
    @Test
    void doesNotFollowTheRequestOfAKeyThatMayUseOtherModels() throws Exception {
        RequestCoalescing coalescing = new RequestCoalescing(runner(), () -> deletions, clock);
        PermittedModels one = new PermittedModels(List.of("claude-x"));
        FinishedTurn all = run(coalescing, requested("conv-1"));
        FinishedTurn limited = run(coalescing, requested("conv-2", one));
        FinishedTurn equal = run(coalescing, requested("conv-3", one));
        assertThat(Stream.of(all, limited, equal)
                        .map(finished -> finished.turn().facts().cache()))
                .containsExactly(CacheVerdict.MISS, CacheVerdict.MISS, CacheVerdict.SHARED);
    }

    /** Its request may forbid it, and would not say whose answer it is. */
    @Test
    void doesNotFollowAnAnswerToASimilarQuestion() throws Exception {
        RequestCoalescing coalescing = new RequestCoalescing(runner(), () -> deletions, clock);
        CachedAnswer stored = new CachedAnswer(
                "{\"id\":\"msg_0\"}".getBytes(UTF_8), Gzip.pack(new WholeAnswer("Stored.", "end_turn").events()));
        JudgedAnswer permitted = new JudgedAnswer(Permitted::new, () -> Optional.of(stored), () -> {});
        responds = false;
        FinishedTurn first =
                run((sink, cancellation) -> coalescing.hedge(requested("conv-1"), permitted, sink, cancellation));
        responds = true;
        FinishedTurn second = run(coalescing, requested("conv-2"));
        assertThat(first.turn().facts().cache()).isEqualTo(CacheVerdict.SIMILAR);
        assertThat(second.turn().facts().cache()).isEqualTo(CacheVerdict.MISS);
        assertThat(asked).isEqualTo(2);
    }

    /** The judge has said yes. */
    private record Permitted() implements Judging {
        @Override
        public CompletableFuture<Boolean> permitted() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public SimilarTrace stop() {
            return SimilarTrace.NONE;
        }

        @Override
        public Optional<List<Attempt>> calls() {
            return Optional.of(List.of());
        }
    }

    private FinishedTurn askTwice(Supplier<Deletions> known, String deleted) throws InterruptedException {
        RequestCoalescing coalescing = new RequestCoalescing(runner(), known, clock);
        run(coalescing, requested("conv-1"));
        deletions.add(new ConversationDeleted(
                new RequestId("req_1"), Events.TENANT, new ConversationId(deleted), clock.instant(), TRACE));
        return run(coalescing, requested("conv-2"));
    }

    /** The verdicts of the published deltas, each once, in order. */
    private Stream<String> verdicts() {
        return producer.history().stream()
                .map(delta -> delta.headers().lastHeader("cache"))
                .filter(Objects::nonNull)
                .map(header -> new String(header.value(), UTF_8))
                .distinct();
    }

    private FinishedTurn run(RequestCoalescing coalescing, RoutedRequest request) throws InterruptedException {
        return run((sink, cancellation) -> coalescing.run(request, sink, cancellation));
    }

    private FinishedTurn run(GenerationTask work) throws InterruptedException {
        DeltaPublisher deltas = new DeltaPublisher(producer, producer, ArrivalRate.ofMerged(1_000), Duration.ZERO);
        DeltaPublisher.Sink sink =
                deltas.to(0, new ConversationId("conv-1"), OwnedPartitions.any(), RunningInference.uncounted());
        return work.run(sink, new Cancellation());
    }

    private GenerationRunner runner() {
        Claude answering = _ -> {
            asked++;
            return responds
                    ? CompletableFuture.completedFuture(
                            new Claude.Response.Accepted(new WholeAnswer("Because.", stopReason), 200, "req_1"))
                    : new CompletableFuture<>();
        };
        return Generations.runner(answering, Generations.ONE_CALL, clock);
    }

    private static RoutedRequest requested(String conversation) {
        return requested(conversation, PermittedModels.ALL);
    }

    private static RoutedRequest requested(String conversation, PermittedModels permitted) {
        return RoutedRequest.toClaude(
                Events.requested(request -> {
                    request.conversation = new ConversationId(conversation);
                    request.permittedModels = permitted;
                }),
                Events.NOON);
    }
}
