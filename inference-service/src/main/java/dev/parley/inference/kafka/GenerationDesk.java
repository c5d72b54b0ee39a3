package dev.parley.inference.kafka;

import dev.parley.answercache.Answer;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.DeltaSink.NotOursException;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.Slice;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Exact;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs generations, each on a virtual thread of its own, until the turn is recorded. What goes wrong on the way is not
 * given up: the log is asked again what became of it.
 */
public final class GenerationDesk {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationDesk.class);

    private static final int ROUTING_MAX = 500;

    /** What cached answers may take together, in KiB, until they are on the log: an eighth of the heap. */
    private static final int REPLAYED_KIB_MAX =
            Math.toIntExact(Runtime.getRuntime().maxMemory() / 8 / 1024);

    private static final int FAILURES_MAX = 3;
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration RELEASING_MAX = Duration.ofSeconds(2);

    private final RequestRouter router;
    private final GenerationRunner runner;
    private final DeltaPublisher deltas;
    private final ExecutorService threads;
    private final int generationsMax;
    private final Claim claim;
    private final Cancellations cancellations;
    private final Coalescing coalescing;
    private final AtomicInteger running = new AtomicInteger();
    /** Requests that are routed, served from the cache or refused at the moment. */
    private final AtomicInteger routing = new AtomicInteger();

    private final Semaphore replayedKib = new Semaphore(REPLAYED_KIB_MAX);
    private final GenerationsInHand inHand = new GenerationsInHand();
    private final BlockingQueue<RequestInHand> questions;

    /**
     * Makes a desk.
     *
     * @param sliceEnds make consumers that read what is not committed too
     * @param generationsMax how many may run at once; more are refused, and as many, and a poll, may wait to be judged
     */
    public GenerationDesk(
            RequestRouter router,
            GenerationRunner runner,
            DeltaPublisher deltas,
            Supplier<Consumer<String, byte[]>> sliceEnds,
            Clock clock,
            ExecutorService threads,
            int generationsMax,
            Supplier<Deletions> deletions) {
        this.claim = new Claim(sliceEnds);
        this.cancellations = new Cancellations(clock);
        this.router = router;
        this.coalescing = new Coalescing(runner, new Broadcasts(clock), deletions);
        this.runner = runner;
        this.deltas = deltas;
        this.threads = threads;
        this.generationsMax = generationsMax;
        this.questions = new LinkedBlockingQueue<>(generationsMax + KafkaClients.POLL_RECORDS_MAX);
    }

    /** Whether no further request should be taken from the topic for now. */
    boolean crowded() {
        return routing.get() >= ROUTING_MAX || questions.size() >= generationsMax || inHand.isOverfull();
    }

    /** Whether no further generation should be begun for now. */
    boolean full() {
        return running.get() >= generationsMax;
    }

    public int running() {
        return running.get();
    }

    /**
     * Takes a request from the topic.
     *
     * @param fresh whether nobody can have worked on it; if somebody can, the log is asked first
     */
    void take(RequestInHand request, boolean fresh) throws InterruptedException {
        if (!inHand.take(request)) {
            LOG.info("{} is known already", request.generation());
        } else if (fresh) {
            work(request, routing, (sink, cancellation) -> begin(request, sink, cancellation));
        } else {
            questions.put(request);
        }
    }

    /** The requests that have to be judged by the log. */
    BlockingQueue<RequestInHand> questions() {
        return questions;
    }

    /** Serves a request that no replica has begun: from the cache, or by Claude if there is room. */
    private Optional<FinishedTurn> begin(RequestInHand request, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        return switch (router.route(request.requested())) {
            case Exact(var routed, var answer) -> replay(routed, answer, sink, cancellation);
            case AskClaude(var routed) -> askClaude(routed, sink, cancellation);
        };
    }

    /** From the cache; from Claude if too many cached answers are on their way. */
    private Optional<FinishedTurn> replay(
            RoutedRequest routed, Answer answer, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        // It is there as a whole and in pieces.
        int kib = 2 * answer.frames().length / 1024 + 1;
        if (!replayedKib.tryAcquire(kib)) {
            RoutedRequest missed = RoutedRequest.toClaude(routed.requested(), routed.decidedAt());
            return askClaude(missed, sink, cancellation);
        }
        try {
            return Optional.of(runner.replay(routed, answer, sink));
        } finally {
            replayedKib.release(kib);
        }
    }

    private Optional<FinishedTurn> askClaude(RoutedRequest routed, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        if (running.incrementAndGet() > generationsMax || inHand.isFull()) {
            running.decrementAndGet();
            return Optional.of(runner.refuse(routed, sink));
        }
        routing.decrementAndGet();
        try {
            return coalescing.workOf(routed).on(sink, cancellation);
        } finally {
            routing.incrementAndGet();
            running.decrementAndGet();
        }
    }

    /**
     * Goes on with a generation whose owner is gone, or that nobody has begun.
     *
     * @param position up to where the slice was read
     */
    void takeOver(RequestInHand request, Slice slice, long position) {
        // Never attempt 1: an owner who woke up late may still be writing it.
        int attempt = Math.max(2, slice.attempt() + 1);
        work(request, (sink, cancellation) -> {
            if (!claim.make(request, slice, attempt, position, sink)) {
                LOG.info("Somebody else was faster to take it over");
                return Optional.empty();
            }
            return Optional.of(
                    slice.terminal().isPresent()
                            ? runner.record(request.requested(), slice, sink)
                            : runner.goOn(request.requested(), slice, attempt, sink, cancellation));
        });
    }

    void record(RequestInHand request, Slice slice) {
        work(request, (sink, _) -> Optional.of(runner.record(request.requested(), slice, sink)));
    }

    void interrupt(RequestInHand request, Slice slice) {
        work(request, (sink, _) -> Optional.of(runner.interrupt(request.requested(), slice, sink)));
    }

    /** A client wants no more of a generation; if it is not in hand yet, it will be cancelled when it comes. */
    void cancel(GenerationId generation, TenantId tenant) {
        cancellations.request(generation, tenant);
    }

    /** The turn is on the log. */
    void settle(RequestInHand request) {
        inHand.settle(request.generation());
        cancellations.forget(request.generation());
    }

    /**
     * Waits until all running generations have ended, at most for {@code grace}; then has the others released, so that
     * the next owners of their requests go on at once.
     */
    void drain(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
            if (!threads.awaitTermination(RELEASING_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} generations could not be released in time", running.get());
            }
        }
    }

    private void work(RequestInHand request, GenerationWork work) {
        work(request, running, work);
    }

    private void work(RequestInHand request, AtomicInteger count, GenerationWork work) {
        count.incrementAndGet();
        try {
            threads.execute(() -> onItsThread(request, count, work));
        } catch (RejectedExecutionException e) {
            count.decrementAndGet();
            LOG.info("{} is left to its next owner: this replica stops", request.generation());
        }
    }

    private void onItsThread(RequestInHand request, AtomicInteger count, GenerationWork work) {
        try (var _ = MDC.putCloseable("generation", request.generation().value());
                var _ = MDC.putCloseable("trace_id", request.traceId())) {
            Optional<RequestInHand> again;
            try {
                again = runAndRecord(request, work);
            } finally {
                // Before it waits for room among the questions, which become fewer only if this has room.
                count.decrementAndGet();
            }
            if (again.isPresent()) {
                questions.put(again.get());
            }
        } catch (InterruptedException e) {
            LOG.warn("Stopped in the middle of a generation; another replica will see to it");
        }
    }

    /** The request that has to be judged by the log now; empty if nothing is left to do here. */
    private Optional<RequestInHand> runAndRecord(RequestInHand request, GenerationWork work)
            throws InterruptedException {
        boolean recorded = false;
        try {
            recorded = isRecorded(request, work);
        } catch (NotOursException e) {
            LOG.info("Left to its new owner");
        } catch (RuntimeException | Error e) {
            LOG.error("A generation did not come to its end, for the {}. time", inHand.failed(request.generation()), e);
            // Whatever it is: not in a circle.
            LockSupport.parkNanos(PAUSE_AFTER_A_FAILURE.toNanos());
        }
        if (recorded) {
            settle(request);
            return Optional.empty();
        }
        Optional<RequestInHand> again = inHand.again(request.generation());
        if (again.isEmpty()) {
            cancellations.forget(request.generation());
        }
        return again;
    }

    /** Whether the turn that comes of the work is on the log for certain. */
    private boolean isRecorded(RequestInHand request, GenerationWork work) throws InterruptedException {
        DeltaPublisher.Sink sink = deltas.to(request.deltaPartition(), request.conversation(), request.from());
        int mends = request.from().turns().mends();
        Cancellation cancellation =
                cancellations.of(request.generation(), request.requested().tenant());
        Optional<FinishedTurn> finished = work.on(sink, cancellation);
        // The marker of the turn must not overtake the last piece.
        sink.awaitDelivery();
        return finished.isPresent() && request.record(finished.get(), mends);
    }

    /** Whether it fails for a reason that does not pass: then it can only be ended, with an error and without its text. */
    boolean isHopeless(RequestInHand request) {
        return inHand.failures(request.generation()) >= FAILURES_MAX;
    }
}
