package dev.parley.experiment;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.trial.Budget;
import dev.parley.experiment.trial.Pace;
import dev.parley.experiment.trial.Spending;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialRunner.RefusedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the trials of an experiment that have not started before, with bounded concurrency and rate. Each start and each result is
 * on the log before the run goes on, so that a run that was killed can be resumed, and pays for nothing twice.
 */
final class ExperimentRun {
    /** Writes an event durably. */
    interface Publisher {
        void publish(TrialEvent event) throws IOException, InterruptedException;
    }

    /**
     * The trials of earlier runs, without those that failed and cost nothing: their turns are asked again.
     *
     * @param last the last event of each
     * @param spent what they cost, in US dollars
     */
    record Earlier(Map<GenerationId, TrialEvent> last, BigDecimal spent) {
        static Earlier of(List<TrialEvent> events) {
            Map<GenerationId, TrialEvent> last = new HashMap<>();
            events.forEach(event -> last.put(event.generation(), event));
            last.values().removeIf(Earlier::isFreeFailure);
            return new Earlier(last, Spending.of(events));
        }

        /** A refused key, for example, tells nothing about the turn, and no call was billed. */
        private static boolean isFreeFailure(TrialEvent event) {
            return event instanceof TrialFailed failed
                    && failed.costUsd().filter(cost -> cost.signum() == 0).isPresent();
        }

        long failed() {
            return last.values().stream().filter(TrialFailed.class::isInstance).count();
        }

        /** Those that were killed in the middle. */
        long interrupted() {
            return last.values().stream().filter(TrialStarted.class::isInstance).count();
        }
    }

    /** Why a run ended. */
    enum End {
        ALL_DONE,
        BUDGET_SPENT,
        STOPPED
    }

    private final TrialRunner runner;
    private final TrialCost costs;
    private final Budget budget;
    private final Publisher publisher;
    private final int concurrency;
    private final Pace pace;
    private final AtomicReference<Optional<Exception>> failure = new AtomicReference<>(Optional.empty());
    private volatile boolean stopped;

    /** Guarded by this. */
    private long done;

    /** Guarded by this. */
    private long failed;

    /** Guarded by this. */
    private int running;

    /**
     * A run.
     *
     * @param concurrency how many trials run at once
     * @param interval between the starts of two trials
     */
    ExperimentRun(
            TrialRunner runner,
            TrialCost costs,
            Budget budget,
            Publisher publisher,
            int concurrency,
            Duration interval) {
        this.runner = runner;
        this.costs = costs;
        this.budget = budget;
        this.publisher = publisher;
        this.concurrency = concurrency;
        this.pace = new Pace(interval);
    }

    /** Starts no further trial; those that run are finished. Thread-safe. */
    void stop() {
        stopped = true;
    }

    /**
     * Runs these trials.
     *
     * @throws IOException if the log cannot be written
     * @throws RefusedException if Claude refuses every call
     */
    End run(List<? extends Trial> trials, Earlier earlier, ProgressBar progress)
            throws IOException, InterruptedException {
        done = earlier.last().size();
        failed = earlier.failed() + earlier.interrupted();
        End end = End.ALL_DONE;
        progress.show(done, failed, budget.spent());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Trial trial : trials) {
                Optional<BigDecimal> atMost = trial.atMost(costs);
                boolean reserved = reserve(atMost);
                pace.await();
                end = stopped ? End.STOPPED : reserved ? End.ALL_DONE : End.BUDGET_SPENT;
                if (end != End.ALL_DONE) {
                    break;
                }
                threads.execute(() -> {
                    try {
                        run(trial, atMost, progress);
                    } finally {
                        ended();
                    }
                });
            }
        }
        throwFailure();
        return end;
    }

    /**
     * Waits for a place and for the budget: running trials mostly cost less than is reserved for them.
     *
     * @return false if the budget does not permit the trial
     */
    private synchronized boolean reserve(Optional<BigDecimal> atMost) throws InterruptedException {
        while (running == concurrency || !budget.reserve(atMost)) {
            if (running == 0) {
                return false;
            }
            wait();
        }
        running++;
        return true;
    }

    private synchronized void ended() {
        running--;
        notifyAll();
    }

    private void run(Trial trial, Optional<BigDecimal> atMost, ProgressBar progress) {
        try {
            publisher.publish(runner.started(trial.turn(), trial.model(), atMost));
            TrialEvent result = result(trial);
            publisher.publish(result);
            budget.settle(atMost, TrialRunner.cost(result));
            count(result, progress);
        } catch (IOException | RuntimeException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /** The result of a trial, also of one whose refusal every other trial would meet: then the run ends. */
    private TrialEvent result(Trial trial) throws InterruptedException {
        try {
            return trial.run(runner);
        } catch (RefusedException e) {
            fail(e);
            return e.trial();
        }
    }

    private void fail(Exception e) {
        failure.compareAndSet(Optional.empty(), Optional.of(e));
        stopped = true;
    }

    private synchronized void count(TrialEvent result, ProgressBar progress) {
        done++;
        failed += result instanceof TrialFailed ? 1 : 0;
        progress.show(done, failed, budget.spent());
    }

    private void throwFailure() throws IOException {
        switch (failure.get().orElse(null)) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case null -> {}
            default -> throw new IllegalStateException();
        }
    }
}
