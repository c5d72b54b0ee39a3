package dev.parley.inference.similar;

import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.Claude.Call;
import dev.parley.inference.generation.Ending.Completed;
import dev.parley.inference.generation.Judging;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.similar.JudgeCase.Pair;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a cheap model whether a stored answer serves a new question, and remembers the verdict. A pair of questions is asked about
 * once at a time: others wait for the same verdict, and the call is an attempt of the first request only. Each call has a virtual
 * thread of its own; their number is bounded.
 */
public final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    /** In which a stopped call ends. */
    private static final Duration END_TIMEOUT = Duration.ofMillis(500);

    private final ShortCalls claude;
    private final String model;
    private final Duration timeLimit;
    private final CircuitBreaker breaker;
    private final Semaphore room;
    private final QuestionStore store;
    private final Prices prices;
    private final MeterRegistry registry;
    private final ConcurrentMap<Pair, Running> running = new ConcurrentHashMap<>();
    /** Its threads end within the time limit. */
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("judge-", 0).factory());

    /**
     * A judge with a circuit breaker of its own.
     *
     * @param model that judges
     */
    public static Judge of(
            ShortCalls claude,
            String model,
            JudgeSettings settings,
            QuestionStore store,
            Prices prices,
            MeterRegistry registry) {
        return new Judge(
                claude, model, settings, Breakers.breaker("judge", settings.call(), registry), store, prices, registry);
    }

    Judge(
            ShortCalls claude,
            String model,
            JudgeSettings settings,
            CircuitBreaker breaker,
            QuestionStore store,
            Prices prices,
            MeterRegistry registry) {
        this.prices = prices;
        this.claude = claude;
        this.model = model;
        this.timeLimit = settings.call().timeLimit();
        this.breaker = breaker;
        this.room = new Semaphore(settings.call().runningMax());
        this.store = store;
        this.registry = registry;
    }

    /** Starts to judge. Does not block. */
    Judging start(JudgeCase asked) {
        Running same = running.get(asked.pair());
        if (same != null) {
            return new Joined(asked, same.verdict);
        }
        Optional<Call> call = call(asked);
        if (call.isEmpty()) {
            return decided(asked, Verdict.UNSUITABLE);
        }
        Optional<Verdict> refusal = refusal();
        if (refusal.isPresent()) {
            return decided(asked, refusal.get());
        }
        Running started = new Running(asked, true);
        Running before = running.putIfAbsent(asked.pair(), started);
        if (before != null) {
            room.release();
            breaker.releasePermission();
            return new Joined(asked, before.verdict);
        }
        threads.execute(() -> started.run(call.get()));
        return started;
    }

    /** Judges without remembering the verdict. Blocks, at most for the time limit. Its cost is a metric only. */
    Verdict verdict(JudgeCase asked) {
        Optional<Call> call = call(asked);
        if (call.isEmpty()) {
            return Verdict.UNSUITABLE;
        }
        Optional<Verdict> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Running audit = new Running(asked, false);
        audit.run(call.get());
        audit.calls.join().stream()
                .flatMap(made -> prices.cost(made.model(), made.usage()).stream())
                .forEach(cost -> Counter.builder("parley.similar.audit.cost.usd")
                        .description("What the audits of similar answers cost, in US dollars")
                        .register(registry)
                        .increment(cost.doubleValue()));
        return audit.verdict.join();
    }

    private Optional<Call> call(JudgeCase asked) {
        return JudgePrompt.call(model, asked.sourceText(), asked.asked().text(), asked.answer());
    }

    /** Why no call can be made now. If there is no reason, the permission of the breaker and a place are taken. */
    private Optional<Verdict> refusal() {
        if (!breaker.tryAcquirePermission()) {
            return Optional.of(Verdict.FAILED);
        }
        if (!room.tryAcquire()) {
            breaker.releasePermission();
            return Optional.of(Verdict.CROWDED);
        }
        return Optional.empty();
    }

    private Judging decided(JudgeCase asked, Verdict verdict) {
        count(verdict, 0);
        return new Joined(asked, CompletableFuture.completedFuture(verdict));
    }

    private void count(Verdict verdict, long nanos) {
        Timer.builder("parley.similar.judge")
                .description("Asking a judge whether the answer to a similar question serves")
                .tag("verdict", verdict.text())
                .publishPercentileHistogram()
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static SimilarTrace traceOf(JudgeCase asked, CompletableFuture<Verdict> verdict) {
        return asked.trace(verdict.getNow(Verdict.LATE));
    }

    /** Waits for a verdict that is there, or that another request has asked for. */
    private record Joined(JudgeCase asked, CompletableFuture<Verdict> verdict) implements Judging {
        @Override
        public CompletableFuture<Boolean> permitted() {
            return verdict.thenApply(Verdict.YES::equals);
        }

        @Override
        public SimilarTrace stop() {
            return traceOf(asked, verdict);
        }

        @Override
        public List<Attempt> calls() {
            return List.of();
        }
    }

    /** A call of its own. */
    private final class Running implements Judging {
        private final JudgeCase asked;
        private final boolean remembered;
        private final Cancellation cancellation = new Cancellation();
        private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        private final CompletableFuture<List<Attempt>> calls = new CompletableFuture<>();
        private final long start = System.nanoTime();

        private Running(JudgeCase asked, boolean remembered) {
            this.asked = asked;
            this.remembered = remembered;
            // Whatever ends the wait first ends the call.
            var _ = verdict.completeOnTimeout(Verdict.LATE, timeLimit.toNanos(), TimeUnit.NANOSECONDS)
                    .thenRun(cancellation::request);
        }

        private void run(Call call) {
            Verdict given = Verdict.FAILED;
            List<Attempt> made = List.of();
            try {
                ShortCalls.Reply reply = claude.ask(asked.generation(), call, cancellation);
                made = List.of(reply.call().judging());
                given = verdict(reply);
            } catch (InterruptedException e) {
                LOG.info("Interrupted while a judge was asked");
            } catch (RuntimeException e) {
                LOG.error("Asking a judge failed unexpectedly", e);
            } finally {
                end(given, made);
            }
        }

        private Verdict verdict(ShortCalls.Reply reply) {
            if (!(reply.ending() instanceof Completed)) {
                return Verdict.FAILED;
            }
            return JudgePrompt.verdict(reply.message())
                    .map(yes -> yes ? Verdict.YES : Verdict.NO)
                    .orElse(Verdict.UNCLEAR);
        }

        private void end(Verdict given, List<Attempt> made) {
            boolean inTime = verdict.complete(given);
            Verdict counted = verdict.join();
            long nanos = System.nanoTime() - start;
            count(counted, nanos);
            switch (counted) {
                case YES, NO, UNCLEAR -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
                case LATE, FAILED, CROWDED, UNSUITABLE -> {
                    if (nanos >= timeLimit.toNanos() || inTime) {
                        breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException(counted.text()));
                    } else {
                        // Stopped because Claude was faster.
                        breaker.releasePermission();
                    }
                }
            }
            calls.complete(made);
            room.release();
            if (remembered) {
                remember(given);
                running.remove(asked.pair(), this);
            }
        }

        private void remember(Verdict given) {
            try {
                switch (given) {
                    case YES -> store.permit(asked.wording(), asked.conversation(), asked.source());
                    case NO -> store.veto(asked.wording(), asked.source().answer());
                    case UNCLEAR, LATE, FAILED, CROWDED, UNSUITABLE -> {
                        // Asked again the next time.
                    }
                }
            } catch (CacheUnavailableException e) {
                LOG.warn("A verdict is not remembered: {}", e.toString());
            }
        }

        @Override
        public CompletableFuture<Boolean> permitted() {
            return verdict.thenApply(Verdict.YES::equals);
        }

        @Override
        public SimilarTrace stop() {
            verdict.complete(Verdict.LATE);
            return traceOf(asked, verdict);
        }

        @Override
        public List<Attempt> calls() throws InterruptedException {
            try {
                return calls.get(END_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                LOG.warn("A stopped call to a judge has not ended; its cost is not in the turn");
                return List.of();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the calls never fail", e);
            }
        }
    }
}
