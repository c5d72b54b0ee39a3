package dev.parley.inference.kafka;

import dev.parley.inference.generation.DeltaSink;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.Slice;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs generations, each on a virtual thread of its own, and finishes their requests once the turn is recorded. */
public final class GenerationDesk {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationDesk.class);

    private final GenerationRunner runner;
    private final DeltaPublisher deltas;
    private final ExecutorService threads;
    private final int generationsMax;
    private final AtomicInteger running = new AtomicInteger();

    public GenerationDesk(GenerationRunner runner, DeltaPublisher deltas, ExecutorService threads, int generationsMax) {
        this.runner = runner;
        this.deltas = deltas;
        this.threads = threads;
        this.generationsMax = generationsMax;
    }

    /** Whether no further request should be taken from the topic for now. */
    boolean full() {
        return running.get() >= generationsMax;
    }

    public int running() {
        return running.get();
    }

    void start(RequestInHand request, int attempt) {
        work(request, sink -> runner.run(request.inference(), attempt, sink));
    }

    void record(RequestInHand request, Slice slice) {
        work(request, sink -> runner.record(request.inference(), slice, sink));
    }

    void interrupt(RequestInHand request, Slice slice) {
        work(request, sink -> runner.interrupt(request.inference(), slice, sink));
    }

    /** Waits until all running generations have ended, at most for {@code grace}; then interrupts them. */
    void drain(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
        }
    }

    private interface Work {
        FinishedTurn on(DeltaSink sink) throws InterruptedException;
    }

    private void work(RequestInHand request, Work work) {
        running.incrementAndGet();
        threads.execute(() -> {
            try (var _ = MDC.putCloseable("generation", request.generation().value());
                    var _ = MDC.putCloseable("trace_id", traceId(request))) {
                FinishedTurn finished = work.on(deltas.to(request.deltaPartition()));
                if (request.from().turns().record(finished, request.deltaPartition())) {
                    request.finish();
                }
            } catch (InterruptedException e) {
                LOG.warn("Stopped in the middle of a generation; another replica will see to it");
            } catch (RuntimeException e) {
                LOG.error("A generation could not be run; it stays on the topic until this replica restarts", e);
            } finally {
                running.decrementAndGet();
            }
        });
    }

    /** The trace id within a W3C traceparent: {@code version-traceid-spanid-flags}. */
    private static String traceId(RequestInHand request) {
        String[] parts = request.inference().requested().traceparent().split("-", 4);
        return parts.length == 4 ? parts[1] : "";
    }
}
