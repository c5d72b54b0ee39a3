package dev.parley.inference.similar;

import dev.parley.answercache.lookup.Breakers;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.generation.calls.Claude.Call;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.limits.FairPool;
import dev.parley.inference.similar.JudgeCall.Ended;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a cheap model as a judge: within a time limit, a bounded number at once, which tenants share, and not while the circuit
 * breaker is open. Each call has a virtual thread of its own.
 */
final class JudgeCalls {
    private static final Logger LOG = LoggerFactory.getLogger(JudgeCalls.class);

    private final ShortCalls claude;
    private final JudgeModel model;
    private final Duration timeLimit;
    private final CircuitBreaker breaker;
    private final FairPool<TenantId> places;
    private final MeterRegistry registry;
    /** Its threads end within the time limit. */
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("judge-", 0).factory());

    /** With a circuit breaker of their own. */
    JudgeCalls(ShortCalls claude, JudgeModel model, JudgeSettings settings, MeterRegistry registry) {
        this.claude = claude;
        this.model = model;
        this.timeLimit = settings.call().timeLimit();
        this.breaker = Breakers.breaker("judge", settings.call(), registry);
        this.places = new FairPool<>(settings.call().runningMax());
        this.registry = registry;
    }

    /** Starts a call, or decides without one. Does not block. */
    JudgeCall start(JudgeCase asked) {
        Optional<Call> request =
                JudgePrompt.call(model, asked.sourceText(), asked.asked().text(), asked.answer());
        if (request.isEmpty()) {
            return decided(JudgeVerdict.UNSUITABLE);
        }
        if (!breaker.tryAcquirePermission()) {
            return decided(JudgeVerdict.FAILED);
        }
        TenantId tenant = asked.wording().partition().tenant();
        if (!places.tryAcquire(tenant, 1)) {
            breaker.releasePermission();
            return decided(JudgeVerdict.CROWDED);
        }
        JudgeCall call = new JudgeCall(timeLimit);
        threads.execute(() -> run(call, tenant, asked.generation(), request.get()));
        return call;
    }

    private JudgeCall decided(JudgeVerdict verdict) {
        count(verdict, 0);
        return new JudgeCall(verdict);
    }

    private void run(JudgeCall call, TenantId tenant, GenerationId generation, Call request) {
        long start = System.nanoTime();
        Ended ended = new Ended(JudgeVerdict.FAILED, List.of());
        try {
            ShortCalls.Reply reply = claude.ask(generation, request, call.cancellation());
            List<Attempt> made = List.of(reply.call().judging());
            ended = new Ended(verdict(reply), made);
        } catch (InterruptedException e) {
            LOG.info("Interrupted while a judge was asked");
        } catch (RuntimeException e) {
            LOG.error("Asking a judge failed unexpectedly", e);
        } finally {
            boolean inTime = call.verdict().complete(ended.given());
            record(call.verdict().join(), inTime, System.nanoTime() - start);
            places.release(tenant, 1);
            call.ended().complete(ended);
        }
    }

    private static JudgeVerdict verdict(ShortCalls.Reply reply) {
        if (!(reply.ending() instanceof Completed)) {
            return JudgeVerdict.FAILED;
        }
        return JudgePrompt.verdict(reply.message())
                .map(yes -> yes ? JudgeVerdict.YES : JudgeVerdict.NO)
                .orElse(JudgeVerdict.UNCLEAR);
    }

    private void record(JudgeVerdict verdict, boolean inTime, long nanos) {
        count(verdict, nanos);
        switch (verdict) {
            case YES, NO, UNCLEAR -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            case LATE, FAILED, CROWDED, UNSUITABLE -> {
                if (nanos >= timeLimit.toNanos() || inTime) {
                    breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException(verdict.text()));
                } else {
                    // Stopped because Claude was faster.
                    breaker.releasePermission();
                }
            }
        }
    }

    private void count(JudgeVerdict verdict, long nanos) {
        Timer.builder("parley.similar.judge")
                .description("Asking a judge whether the answer to a similar question serves")
                .tag("verdict", verdict.text())
                .publishPercentileHistogram()
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }
}
