package dev.parley.inference.similar;

import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.QuestionStore;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.similar.JudgeCase.Pair;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a cheap model whether a stored answer serves a new question, and remembers the verdict. A pair of questions is asked about
 * once at a time: requests share the call, which ends when none of them waits any more, and is an attempt of one of them.
 */
public final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    /** Time for a stopped call to end. */
    private static final Duration END_TIMEOUT = Duration.ofMillis(500);

    private final JudgeCalls calls;
    private final QuestionStore store;
    private final Prices prices;
    private final Counter auditCost;
    private final ConcurrentMap<Pair, JudgeCall> running = new ConcurrentHashMap<>();

    public Judge(
            ShortCalls claude,
            JudgeModel model,
            JudgeSettings settings,
            QuestionStore store,
            Prices prices,
            MeterRegistry registry) {
        this.calls = new JudgeCalls(claude, model, settings, registry);
        this.store = store;
        this.prices = prices;
        // From the start, so that the rate includes the first one.
        this.auditCost = Counter.builder("parley.similar.audit.cost.usd")
                .description("What the audits of similar answers cost, in US dollars")
                .register(registry);
    }

    /** Starts to judge. Does not block. */
    Judging start(JudgeCase asked) {
        return new Waiting(
                asked.traces(),
                running.compute(asked.pair(), (_, same) -> same != null && same.join() ? same : startCall(asked)));
    }

    private JudgeCall startCall(JudgeCase asked) {
        JudgeCall call = calls.start(asked);
        var _ = call.ended().thenAcceptAsync(ended -> end(asked, call, ended.given()), Thread::startVirtualThread);
        return call;
    }

    private void end(JudgeCase asked, JudgeCall call, JudgeVerdict given) {
        try {
            switch (given) {
                case YES -> store.permit(asked.wording(), asked.conversations(), asked.source());
                case NO -> store.veto(asked.wording(), asked.source().answer());
                case UNCLEAR, LATE, FAILED, CROWDED, UNSUITABLE -> {
                    // Asked again the next time.
                }
            }
        } catch (CacheUnavailableException e) {
            LOG.warn("A verdict is not remembered: {}", e.toString());
        } finally {
            running.remove(asked.pair(), call);
        }
    }

    /** Judges without remembering the verdict. Blocks, at most for the time limit. Its cost is a metric only. */
    JudgeVerdict verdict(JudgeCase asked) {
        JudgeCall call = calls.start(asked);
        call.ended().join().attempts().stream()
                .filter(made -> made.costUsd().isPresent())
                .flatMap(made -> prices.cost(made.model(), made.usage()).stream())
                .forEach(cost -> auditCost.increment(cost.doubleValue()));
        return call.verdict().join();
    }

    /** The wait of one request, which may end before that of others. Used by one thread. */
    private static final class Waiting implements Judging {
        private final JudgeCase.Traces traces;
        private final JudgeCall call;
        private final CompletableFuture<JudgeVerdict> verdict;
        private boolean stopped;

        private Waiting(JudgeCase.Traces traces, JudgeCall call) {
            this.traces = traces;
            this.call = call;
            this.verdict = call.verdict().copy();
        }

        @Override
        public CompletableFuture<Boolean> permitted() {
            return verdict.thenApply(JudgeVerdict.YES::equals);
        }

        @Override
        public SimilarTrace stop() {
            verdict.complete(JudgeVerdict.LATE);
            if (!stopped) {
                stopped = true;
                call.leave();
            }
            return traces.of(verdict.join());
        }

        @Override
        public Optional<List<Attempt>> calls() throws InterruptedException {
            if (!call.verdict().isDone()) {
                // It runs for another request, which is charged.
                return Optional.of(List.of());
            }
            try {
                List<Attempt> made = call.ended()
                        .get(END_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                        .attempts();
                return Optional.of(call.charge() ? made : List.of());
            } catch (TimeoutException e) {
                LOG.warn("A stopped call to a judge has not ended; the cost of the turn is unknown");
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the calls never fail", e);
            }
        }
    }
}
