package dev.parley.inference.kafka.recovery;

import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.generation.recovery.RecoveryDecision;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.GenerationTask;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.inference.kafka.requests.InFlightRequests;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Carries out what is decided about redelivered requests: continues their generations, records their turns, or ends them with an
 * error. Each on a thread of the {@link GenerationExecutor}.
 */
public final class RecoveryExecutor {
    static final int ERRORS_OF_PARTITION_MAX = 4;

    private static final int FAILURES_MAX = 3;

    /** The claims of a generation that may not be read back, each after ten seconds, before a further one is a failure. */
    private static final int UNREAD_CLAIMS_MAX = 6;

    /**
     * The attempts of a generation that may end with their owner. Stops and deploys end a few; a request that kills its owner would
     * go on to kill replica after replica, and the count of failures dies with each.
     */
    private static final int LOST_ATTEMPTS_MAX = 8;

    private final GenerationExecutor executor;
    private final InFlightRequests inFlight;
    private final GenerationRunner runner;
    private final RecoveryPermits claims = new RecoveryPermits(RecoveryPermits.PERMITS_MAX);
    private final TakeoverClaim claim;

    /** Apart from those of {@link #claims}, and few of a partition, because each may take minutes. */
    private final RecoveryPermits errors = new RecoveryPermits(ERRORS_OF_PARTITION_MAX);

    /**
     * @param deltaConsumers read uncommitted records too
     */
    public RecoveryExecutor(
            GenerationExecutor executor, GenerationRunner runner, Supplier<Consumer<String, byte[]>> deltaConsumers) {
        this(executor, runner, deltaConsumers, TakeoverClaim.READ_TIMEOUT);
    }

    RecoveryExecutor(
            GenerationExecutor executor,
            GenerationRunner runner,
            Supplier<Consumer<String, byte[]>> deltaConsumers,
            Duration claimReadTimeout) {
        this.executor = executor;
        this.inFlight = executor.inFlight();
        this.runner = runner;
        this.claim = new TakeoverClaim(deltaConsumers, claims, claimReadTimeout);
    }

    /** Whether a generation has failed so often, or lost so many owners before its answer ended, that it is ended with an error. */
    boolean shouldGiveUp(InFlightRequest request, GenerationLog log) {
        int lostOwners = log.lostAttempts() - inFlight.claimsGivenUp(request.generation());
        return inFlight.failures(request.generation()) >= FAILURES_MAX
                || (lostOwners >= LOST_ATTEMPTS_MAX && !log.ended());
    }

    /** Whether what was decided has to wait, because the last record of its kind could not be written to the partition of deltas. */
    boolean isUnwritable(RecoveryDecision decision, TopicPartition deltas) {
        return switch (decision) {
            case START, TAKE_OVER -> claims.isUnwritable(deltas);
            case GIVE_UP, EXPIRED -> errors.isUnwritable(deltas);
            case DONE, RECORD, WAIT -> false;
        };
    }

    /** Whether a claim or an error could not be written to a partition of deltas. */
    boolean isUnwritable(TopicPartition deltas) {
        return claims.isUnwritable(deltas) || errors.isUnwritable(deltas);
    }

    /**
     * Continues a generation whose owner is gone, or starts one that has no record on the log. If the claim cannot be written, or not
     * be read back a few times, the generation is checked again, which is no failure of it.
     *
     * @param position up to which the generation's log was read
     * @return false if no further one can be claimed now. A claim would have to read what is written until then, which becomes more
     *     than it can read in its time if a dead replica has left thousands.
     */
    boolean takeOver(InFlightRequest request, GenerationLog log, long position) {
        if (!claims.tryAcquire(request.deltas())) {
            return false;
        }
        // Never attempt 1: an owner that was paused may still write it.
        int attempt = Math.max(2, log.attempt() + 1);
        boolean begun = recover(request, log, executor::execute, (sink, cancellation) -> {
            if (!claimed(request, log, attempt, position, sink)) {
                throw new NotOwnerException();
            }
            return log.ended()
                    ? runner.turnFromLog(request.requested(), log, sink)
                    : runner.resume(request.requested(), log, attempt, sink, cancellation);
        });
        if (!begun) {
            claims.release(request.deltas());
        }
        return true;
    }

    private boolean claimed(
            InFlightRequest request, GenerationLog log, int attempt, long position, DeltaPublisher.Sink sink)
            throws InterruptedException {
        try {
            TakeoverClaim.Outcome outcome = claim.make(request, log, attempt, position, sink);
            if (outcome == TakeoverClaim.Outcome.UNWRITTEN || outcome == TakeoverClaim.Outcome.UNREAD) {
                inFlight.countClaimGivenUp(request.generation());
            }
            if (outcome == TakeoverClaim.Outcome.UNREAD
                    && inFlight.claimsGivenUp(request.generation()) > UNREAD_CLAIMS_MAX) {
                throw new IllegalStateException("claims could not be read back in time");
            }
            return outcome == TakeoverClaim.Outcome.MADE;
        } finally {
            claims.release(request.deltas());
        }
    }

    /** Records the turn of an answer that has ended. */
    void record(InFlightRequest request, GenerationLog log) {
        var _ = recover(
                request, log, executor::execute, (sink, _) -> runner.turnFromLog(request.requested(), log, sink));
    }

    /** Whether {@link #giveUp} can end a generation now. */
    boolean canGiveUp(InFlightRequest request) {
        return errors.isAvailable(request.deltas());
    }

    /**
     * Ends a generation with an error; false if no further one can be ended now. Takes no place. Few at a time: an outage may leave
     * thousands, whose partition may not be writable. While the error waits to be written, the events of the log take no memory.
     *
     * @param incomplete whether records of the log are missing
     */
    boolean giveUp(InFlightRequest request, GenerationLog log, boolean incomplete) {
        TopicPartition partition = request.deltas();
        if (!errors.tryAcquire(partition)) {
            return false;
        }
        boolean begun = recover(request, log, executor::executeWithoutPlace, (sink, _) -> {
            boolean written = false;
            try {
                FinishedTurn failed = runner.giveUp(request.requested(), log, incomplete, sink);
                log.evict();
                if (!sink.isDeliveredInTime()) {
                    errors.tried(partition, false);
                }
                sink.awaitDelivery();
                written = true;
                return failed;
            } finally {
                errors.tried(partition, written);
                errors.release(partition);
            }
        });
        if (!begun) {
            errors.release(partition);
        }
        return true;
    }

    /** Starts a task, after which, or without which, the log takes no memory. */
    private static boolean recover(
            InFlightRequest request,
            GenerationLog log,
            BiPredicate<InFlightRequest, GenerationTask> start,
            GenerationTask task) {
        boolean begun = start.test(request, (sink, cancellation) -> {
            try {
                return task.run(sink, cancellation);
            } finally {
                log.release();
            }
        });
        if (!begun) {
            log.release();
        }
        return begun;
    }
}
