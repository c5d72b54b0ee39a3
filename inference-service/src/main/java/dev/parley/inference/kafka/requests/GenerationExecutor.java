package dev.parley.inference.kafka.requests;

import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.kafka.commands.Cancellations;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.requests.LostGenerations.Running;
import dev.parley.inference.limits.AnswerBytes;
import dev.parley.inference.limits.GenerationPlaces;
import dev.parley.inference.limits.HeapShares;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs each generation on a virtual thread until its turn is recorded. A generation that fails is not given up: it is checked
 * against the log like a redelivered one.
 */
public final class GenerationExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationExecutor.class);

    /** Turns that wait to be recorded: each is in memory, and a transaction may hang. */
    private static final int UNRECORDED_MAX = 1_000;

    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);
    private static final Duration INTERRUPT_TIMEOUT = Duration.ofSeconds(2);

    private final NewRequestHandler newRequests;
    private final GenerationPlaces places;
    private final HeapShares heap;
    private final InFlightRequests inFlight;
    private final Cancellations cancellations;
    private final LostGenerations lost;
    private final DeltaPublisher deltas;
    private final ExecutorService threads;

    /**
     * The threads of tasks, which are interrupted at a stop. Those that record turns are not: an interrupted transaction fails, with
     * the turns of others. Guarded by itself, as is {@link #released}.
     */
    private final Set<Thread> interruptible = new HashSet<>();

    private boolean released;

    /** Turns that are being recorded at the moment. */
    private final AtomicInteger unrecorded = new AtomicInteger();

    /**
     * Requests to check against the log. Without a bound of its own, because the polling thread must not wait: polling pauses at as
     * many as there are places, to which a poll and what runs may be added.
     */
    private final BlockingQueue<InFlightRequest> redelivered = new LinkedBlockingQueue<>();

    public GenerationExecutor(
            NewRequestHandler newRequests,
            GenerationPlaces places,
            HeapShares heap,
            InFlightRequests inFlight,
            Cancellations cancellations,
            LostGenerations lost,
            DeltaPublisher deltas,
            ExecutorService threads) {
        this.newRequests = newRequests;
        this.places = places;
        this.heap = heap;
        this.inFlight = inFlight;
        this.cancellations = cancellations;
        this.lost = lost;
        this.deltas = deltas;
        this.threads = threads;
    }

    /** Whether no further request should be consumed for now. */
    public boolean shouldPause() {
        return newRequests.isBusy()
                || unrecorded.get() >= UNRECORDED_MAX
                || redelivered.size() >= places.max()
                || inFlight.isOverfull();
    }

    public GenerationPlaces places() {
        return places;
    }

    public InFlightRequests inFlight() {
        return inFlight;
    }

    /** Accepts a request, which is new if no other replica can have consumed it; else the log is checked first. Never blocks. */
    public void submit(InFlightRequest request, boolean isNew) {
        if (!inFlight.add(request)) {
            LOG.info("{} is a duplicate", request.generation());
        } else if (isNew) {
            executeWithoutPlace(request, (sink, cancellation) -> newRequests.answer(request, sink, cancellation));
        } else {
            redelivered.add(request);
        }
    }

    /** The requests that have to be checked against the log. */
    public BlockingQueue<InFlightRequest> redelivered() {
        return redelivered;
    }

    /** Stops the running generations of lost partitions that the new owners take over. */
    public void lost(Collection<OwnedPartition> partitions) {
        lost.watch(partitions);
    }

    /** The turn is on the log. */
    public void finish(InFlightRequest request) {
        inFlight.finish(request.generation());
        cancellations.forget(request.generation());
    }

    /** The request with which a generation without a turn is checked again; the generation is forgotten if there is none. */
    public Optional<InFlightRequest> stillOwned(GenerationId generation) {
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
    public void drain(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            synchronized (interruptible) {
                released = true;
                interruptible.forEach(Thread::interrupt);
            }
            if (!threads.awaitTermination(INTERRUPT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} generations could not be released in time", places.running());
            }
        }
    }

    /** Starts a task on a thread of its own, as a running generation; false, without starting it, if this replica stops. */
    public boolean execute(InFlightRequest request, GenerationTask task) {
        places.acquire();
        return execute(request, task, places::release);
    }

    /** As {@link #execute(InFlightRequest, GenerationTask)}, but the task takes no place. */
    public boolean executeWithoutPlace(InFlightRequest request, GenerationTask task) {
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
        AnswerBytes answer = new AnswerBytes(heap, request.requested().keyOrTenant());
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
