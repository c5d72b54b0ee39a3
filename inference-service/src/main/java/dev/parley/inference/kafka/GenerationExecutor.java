package dev.parley.inference.kafka;

import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.FairPool;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.JudgedAnswer;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.kafka.LostGenerations.Running;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.routing.Routing;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Hedge;
import dev.parley.inference.routing.Routing.Stored;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs each generation on a virtual thread until its turn is recorded. A generation that fails is not given up: it is checked
 * against the log like a redelivered one.
 */
public final class GenerationExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationExecutor.class);

    private static final String ASK_AGAIN = "Too many answers are being made. Please ask again.";
    private static final ApiError FULL = ApiError.of(529, ASK_AGAIN);
    private static final ApiError SHARE_USED =
            ApiError.of(429, "This key has its share of what all keys have together. " + ASK_AGAIN);

    /** Requests that are routed: each may have a stored answer in memory. */
    private static final int ROUTING_MAX = 1_000;

    /** Turns that wait to be recorded: each is in memory, and a transaction may hang. */
    private static final int UNRECORDED_MAX = 1_000;

    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);
    private static final Duration INTERRUPT_TIMEOUT = Duration.ofSeconds(2);

    private final RequestRouter router;
    private final GenerationRunner runner;
    private final DeltaPublisher deltas;
    private final ExecutorService threads;
    private final int generationsMax;
    private final LostGenerations lost;
    private final Cancellations cancellations;
    private final RequestCoalescing coalescing;
    private final AtomicInteger running = new AtomicInteger();

    /** New generations among those of {@link #running}, by key; a key without any is absent. */
    private final Map<String, Integer> runningByKey = new ConcurrentHashMap<>();

    /** Requests that are routed at the moment. */
    private final AtomicInteger routing = new AtomicInteger();

    /**
     * The threads of tasks, which are interrupted at a stop. Those that record turns are not: an interrupted transaction fails, with
     * the turns of others. Guarded by itself, as is {@link #released}.
     */
    private final Set<Thread> interruptible = new HashSet<>();

    private boolean released;

    /** Turns that are being recorded at the moment. */
    private final AtomicInteger unrecorded = new AtomicInteger();

    /** Places that new requests leave to redelivered ones, whose readers have waited for longer. */
    private volatile int reserved;

    private final InFlightRequests inFlight;

    /** Bytes of cached answers that are being published, or whose turns are being recorded, by key. */
    private final FairPool<String> storedAnswers;

    /**
     * Requests to check against the log. Without a bound of its own, because the polling thread must not wait: polling pauses at {@link #generationsMax}, to which a
     * poll and what runs may be added.
     */
    private final BlockingQueue<InFlightRequest> redelivered = new LinkedBlockingQueue<>();

    /**
     * @param deltaConsumers read uncommitted records too
     * @param generationsMax at once; more are rejected. As many, a poll, and those that end without a turn may wait for a recovery
     *     decision
     * @param requestBytesMax of the requests together; twice as much of them and the answers to them, and five eighths as much of
     *     cached answers
     * @param deletions those that have to be known at the call; may block
     */
    public GenerationExecutor(
            RequestRouter router,
            GenerationRunner runner,
            DeltaPublisher deltas,
            Supplier<Consumer<String, byte[]>> deltaConsumers,
            Clock clock,
            ExecutorService threads,
            int generationsMax,
            long requestBytesMax,
            Supplier<Deletions> deletions) {
        this.lost = new LostGenerations(deltaConsumers);
        this.cancellations = new Cancellations(clock);
        this.router = router;
        this.coalescing = new RequestCoalescing(runner, new SharedStreams(clock), deletions);
        this.runner = runner;
        this.deltas = deltas;
        this.threads = threads;
        this.generationsMax = generationsMax;
        this.inFlight = new InFlightRequests(requestBytesMax);
        this.storedAnswers = new FairPool<>(requestBytesMax / 8 * 5);
    }

    /** Whether no further request should be consumed for now. */
    boolean shouldPause() {
        return routing.get() >= ROUTING_MAX
                || unrecorded.get() >= UNRECORDED_MAX
                || redelivered.size() >= generationsMax
                || inFlight.isOverfull();
    }

    /** Whether no further generation should be started for now. */
    boolean atCapacity() {
        return running.get() >= generationsMax;
    }

    int running() {
        return running.get();
    }

    /** The generations that run, and the redelivered ones that wait for a place or a claim. */
    public int runningOrWaiting() {
        return running.get() + reserved;
    }

    /** Heap of requests and running answers, by that for requests: one key alone is refused from 0.8 on. */
    public double heapOccupancy() {
        return inFlight.occupancy();
    }

    /** Keeps so many places free of new requests, for {@link RecoveryExecutor#takeOver}: that of each candidate that waits. */
    void reserve(int places) {
        reserved = places;
    }

    int reserved() {
        return reserved;
    }

    /** Accepts a request, which is new if no other replica can have consumed it; else the log is checked first. Never blocks. */
    void submit(InFlightRequest request, boolean isNew) {
        if (!inFlight.add(request)) {
            LOG.info("{} is a duplicate", request.generation());
        } else if (isNew) {
            executeWithoutPlace(request, (sink, cancellation) -> answer(request, sink, cancellation));
        } else {
            redelivered.add(request);
        }
    }

    /** The requests that have to be checked against the log. */
    BlockingQueue<InFlightRequest> redelivered() {
        return redelivered;
    }

    private FinishedTurn answer(InFlightRequest request, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        Routing routed = route(request, cancellation);
        if (!request.from().turns().isOpen()) {
            // A judge may take long, and the next owner starts at once if nothing is on the log.
            throw new NotOwnerException();
        }
        return switch (routed) {
            case Stored stored -> replay(stored, sink, cancellation);
            case AskClaude(var asked) -> askClaude(asked, Optional.empty(), sink, cancellation);
            case Hedge(var asked, var stored) -> askClaude(asked, Optional.of(stored), sink, cancellation);
        };
    }

    private Routing route(InFlightRequest request, Cancellation cancellation) throws InterruptedException {
        routing.incrementAndGet();
        try {
            return router.route(request.requested(), cancellation);
        } finally {
            routing.decrementAndGet();
        }
    }

    /** Replays a stored answer; asks Claude if those of all keys, or of this one, take too much memory. */
    private FinishedTurn replay(Stored stored, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        RoutedRequest routed = stored.request();
        Optional<byte[]> frames = sink.unpack(stored.answer());
        if (frames.isEmpty()) {
            return askClaude(routed.toClaude(SimilarTrace.CROWDED), Optional.empty(), sink, cancellation);
        }
        stored.used().run();
        inFlight.releaseShare(routed.requested().generation());
        return runner.replay(routed, stored.answer().message(), frames.get(), sink);
    }

    /**
     * Asks Claude, unless there is no place for a further generation, or the key has its share.
     *
     * @param stored the answer that is used if a judge permits it before Claude responds
     */
    private FinishedTurn askClaude(
            RoutedRequest routed, Optional<JudgedAnswer> stored, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        String key = routed.requested().keyOrTenant();
        int taken = running.incrementAndGet() + reserved;
        int own = runningByKey.merge(key, 1, Integer::sum);
        try {
            if (taken > generationsMax || inFlight.isFull()) {
                return reject(routed, FULL, sink);
            }
            if (FairPool.exceedsShare(generationsMax, taken, own) || inFlight.exceedsShare(key)) {
                return reject(routed, SHARE_USED, sink);
            }
            return stored.isPresent()
                    ? coalescing.hedge(routed, stored.get(), sink, cancellation)
                    : coalescing.run(routed, sink, cancellation);
        } finally {
            running.decrementAndGet();
            runningByKey.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private FinishedTurn reject(RoutedRequest routed, ApiError error, DeltaPublisher.Sink sink) {
        inFlight.releaseShare(routed.requested().generation());
        return runner.reject(routed, error, sink);
    }

    /** Stops the running generations of lost partitions that the new owners take over. */
    void lost(Collection<OwnedPartition> partitions) {
        lost.watch(partitions);
    }

    InFlightRequests inFlight() {
        return inFlight;
    }

    /** The cancellations of generations in flight here, and of those that may come. */
    Cancellations cancellations() {
        return cancellations;
    }

    /** The turn is on the log. */
    void finish(InFlightRequest request) {
        inFlight.finish(request.generation());
        cancellations.forget(request.generation());
    }

    /** The request with which a generation without a turn is checked again; the generation is forgotten if there is none. */
    Optional<InFlightRequest> stillOwned(GenerationId generation) {
        Optional<InFlightRequest> owned = inFlight.stillOwned(generation);
        if (owned.isEmpty()) {
            cancellations.forget(generation);
        }
        return owned;
    }

    /**
     * Waits until all generations have ended, at most for the grace period; then interrupts the others, which releases them to
     * the next owners of their partitions. Turns that are being recorded have two seconds more.
     */
    void drain(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            synchronized (interruptible) {
                released = true;
                interruptible.forEach(Thread::interrupt);
            }
            if (!threads.awaitTermination(INTERRUPT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} generations could not be released in time", running.get());
            }
        }
    }

    /** Starts a task on a thread of its own, as a running generation; false, without starting it, if this replica stops. */
    boolean execute(InFlightRequest request, GenerationTask task) {
        running.incrementAndGet();
        return execute(request, task, running::decrementAndGet);
    }

    /** As {@link #execute(InFlightRequest, GenerationTask)}, but the task takes no place. */
    boolean executeWithoutPlace(InFlightRequest request, GenerationTask task) {
        return execute(request, task, () -> {});
    }

    private boolean execute(InFlightRequest request, GenerationTask task, Runnable ended) {
        try {
            threads.execute(() -> runOnItsThread(request, task, ended));
            return true;
        } catch (RejectedExecutionException e) {
            ended.run();
            LOG.info("{} is left to the next owner, because this replica stops", request.generation());
            return false;
        }
    }

    private void runOnItsThread(InFlightRequest request, GenerationTask task, Runnable ended) {
        try (var _ = MDC.putCloseable("generation", request.generation().value());
                var _ = MDC.putCloseable("trace_id", request.traceId())) {
            runAndRecord(request, task).ifPresent(redelivered::add);
        } catch (InterruptedException e) {
            LOG.warn("Interrupted during a generation; the next owner of its partition continues it");
        } finally {
            ended.run();
        }
    }

    /** The request to check against the log, if the turn is not recorded and the partition is still owned. */
    private Optional<InFlightRequest> runAndRecord(InFlightRequest request, GenerationTask task)
            throws InterruptedException {
        boolean recorded = false;
        try {
            recorded = runOnce(request, task);
        } catch (NotOwnerException e) {
            LOG.info("Not continued here: the log decides what follows");
        } catch (RuntimeException | Error e) {
            LOG.error("A generation failed for the {}. time", inFlight.countFailure(request.generation()), e);
            // Avoids a busy loop.
            Thread.sleep(FAILURE_PAUSE);
        }
        if (recorded) {
            finish(request);
            return Optional.empty();
        }
        return stillOwned(request.generation());
    }

    /** Runs the task and records its turn; false if the turn is not recorded. */
    private boolean runOnce(InFlightRequest request, GenerationTask task) throws InterruptedException {
        AnswerBytes answer =
                new AnswerBytes(inFlight, storedAnswers, request.requested().keyOrTenant());
        DeltaPublisher.Sink sink =
                deltas.to(request.deltas().partition(), request.requested().conversation(), request.from(), answer);
        int repairs = request.from().turns().repairs();
        Cancellation cancellation =
                cancellations.of(request.generation(), request.requested().tenant());
        Running generation = new Running(request, sink);
        lost.began(generation);
        try {
            return record(request, runToDelivery(task, sink, cancellation), repairs);
        } finally {
            lost.ended(generation);
            answer.release();
        }
    }

    private FinishedTurn runToDelivery(GenerationTask task, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        synchronized (interruptible) {
            if (released) {
                throw new InterruptedException();
            }
            interruptible.add(Thread.currentThread());
        }
        try {
            FinishedTurn finished = task.run(sink, cancellation);
            // The marker of the turn must not overtake the last delta.
            sink.awaitDelivery();
            return finished;
        } finally {
            synchronized (interruptible) {
                interruptible.remove(Thread.currentThread());
            }
            // An interrupt that came too late for the task.
            Thread.interrupted();
        }
    }

    private boolean record(InFlightRequest request, FinishedTurn finished, int repairs) throws InterruptedException {
        unrecorded.incrementAndGet();
        try {
            return request.record(finished, repairs);
        } finally {
            unrecorded.decrementAndGet();
        }
    }
}
