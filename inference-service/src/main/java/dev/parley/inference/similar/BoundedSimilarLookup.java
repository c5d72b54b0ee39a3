package dev.parley.inference.similar;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AuditStore;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.lookup.BoundedCalls;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.routing.AnswerLookup;
import dev.parley.inference.routing.SimilarLookup;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.inference.routing.SimilarLookup.Result.Undecided;
import dev.parley.similar.Eligibility;
import dev.parley.similar.Guard;
import dev.parley.similar.ModelUnavailableException;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReuseDecision;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex.Near;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for similar questions on threads of its own, within a time limit. The model is loaded when a request permits the first
 * look-up, so that a service without such keys neither starts later nor needs the memory. While it is loaded, and forever if that
 * fails, nothing is found.
 */
public final class BoundedSimilarLookup implements SimilarLookup, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedSimilarLookup.class);

    private static final String TIMER = "parley.similar.lookup";
    private static final String DESCRIPTION = "Looking for the answer to a similar question";
    private static final int WARM_UPS = 30;

    private final Supplier<SimilarAnswers> loader;
    private final ExecutorService threads;
    private final BoundedCalls calls;
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile @Nullable SimilarAnswers answers;
    private volatile boolean failed;

    BoundedSimilarLookup(
            Supplier<SimilarAnswers> loader,
            int threads,
            LookupSettings settings,
            CircuitBreaker breaker,
            MeterRegistry registry) {
        this.loader = loader;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("similar-", 0).factory());
        this.calls = new BoundedCalls(TIMER, DESCRIPTION, this.threads, settings, breaker, registry);
        Gauge.builder("parley.similar.model.loaded", this, lookup -> lookup.answers == null ? 0 : 1)
                .description("1 once the model for similar questions is loaded")
                .register(registry);
        Gauge.builder("parley.similar.model.failed", this, lookup -> lookup.failed ? 1 : 0)
                .description("1 if the model for similar questions cannot be loaded")
                .register(registry);
    }

    /**
     * A look-up whose model is not loaded yet.
     *
     * @param lookup of answers that a judge has permitted
     * @param judge empty if there is no model to judge; then nothing is audited
     */
    public static BoundedSimilarLookup of(
            SimilarSettings settings,
            QuestionStore store,
            AnswerCache answers,
            AnswerLookup lookup,
            AuditStore audits,
            Optional<Judge> judge,
            MeterRegistry registry,
            Clock clock) {
        Optional<Audit> audit = judge.map(asked -> new Audit(
                asked,
                store,
                audits,
                settings.audit(),
                new AuditMeter(registry, settings.audit().memory(), clock),
                clock));
        return new BoundedSimilarLookup(
                () -> load(settings, store, answers, lookup, judge, audit),
                Math.min(
                        Runtime.getRuntime().availableProcessors(),
                        settings.lookup().runningMax()),
                settings.lookup(),
                Breakers.breaker("similar", settings.lookup(), registry),
                registry);
    }

    private static SimilarAnswers load(
            SimilarSettings settings,
            QuestionStore store,
            AnswerCache answers,
            AnswerLookup lookup,
            Optional<Judge> judge,
            Optional<Audit> audit) {
        Guard guard = Guard.load();
        QuestionReader reader = new QuestionReader(new Eligibility(settings.excluded()), embedder(guard));
        SimilarQuestions gates = new SimilarQuestions(reader, guard);
        warmUp(reader, gates);
        return new SimilarAnswers(
                reader, gates, new QuestionPartitions(store, settings), store, answers, lookup, judge, audit);
    }

    private static OnnxEmbedder embedder(Guard guard) {
        try {
            return OnnxEmbedder.load();
        } catch (ModelUnavailableException e) {
            guard.close();
            throw e;
        }
    }

    /** The first look-ups of cold code would be late. */
    private static void warmUp(QuestionReader reader, SimilarQuestions gates) {
        for (int i = 0; i < WARM_UPS; i++) {
            if (reader.read("How do I keep a loaf of bread fresh?") instanceof Eligible asked) {
                ReuseDecision<Integer> _ = gates.decide(
                        asked,
                        List.of(new Near<>(i, 1)),
                        _ -> Optional.of("How can I keep a loaf of bread fresh?"),
                        Thresholds.STANDARD);
            }
        }
    }

    private void load() {
        long start = System.nanoTime();
        try {
            answers = loader.get();
            LOG.info("Similar questions: the model was loaded in {} ms", (System.nanoTime() - start) / 1_000_000);
        } catch (RuntimeException | LinkageError e) {
            // Also what a damaged file or a missing library was never seen to cause.
            failed = true;
            LOG.error("Similar questions are off: {}", e.toString());
        }
    }

    @Override
    public Result find(ChatRequested request, SimilarQuestion question) throws InterruptedException {
        SimilarAnswers loaded = answers;
        if (loaded == null) {
            if (!requested.getAndSet(true)) {
                threads.execute(this::load);
            }
            return calls.skipped("unavailable", BoundedSimilarLookup::nothing);
        }
        AtomicReference<Optional<StoredQuestion>> computed = new AtomicReference<>(Optional.empty());
        return calls.call(
                request.tenant(),
                () -> loaded.find(request, question, stored -> computed.set(Optional.of(stored))),
                result -> switch (result) {
                    case Reused _ -> "reused";
                    case Undecided _ -> "undecided";
                    case NotReused _ -> "not_reused";
                },
                reason -> nothing(reason.equals("refused") ? "unavailable" : reason, computed.get()));
    }

    private static Result nothing(String gate) {
        return nothing(gate, Optional.empty());
    }

    /** A question that was computed is stored with its answer, although no other was found in time. */
    private static Result nothing(String gate, Optional<StoredQuestion> computed) {
        return new NotReused(new SimilarTrace(Optional.of(SimilarAnswers.refused(gate)), computed));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
