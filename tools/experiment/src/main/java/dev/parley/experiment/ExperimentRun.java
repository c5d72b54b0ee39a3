package dev.parley.experiment;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.trial.Budget;
import dev.parley.experiment.trial.KnownCost;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialRunner.RefusedException;
import dev.parley.experiment.trial.TrialSpending;
import dev.parley.experiment.trial.TrialThreads;
import dev.parley.replay.output.Progress;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the trials of an experiment that have not started before, with bounded concurrency and rate. Each start and each result is
 * on the log before the run goes on, so that a run that was killed can be resumed, and pays for nothing twice.
 */
final class ExperimentRun {
    /** Writes an event durably. */
    interface Publisher {
        void publish(TrialEvent event) throws IOException, InterruptedException;
    }

    /** Tells whether the conversation of a turn was deleted after it. Called by several threads. */
    interface DeletionCheck {
        boolean isDeleted(PastTurn turn) throws IOException;
    }

    /**
     * The trials of earlier runs, without those that failed and cost nothing: their turns are asked again.
     *
     * @param last the last event of each
     * @param cost what they cost
     */
    record Earlier(Map<GenerationId, TrialEvent> last, KnownCost cost) {
        static Earlier of(List<TrialEvent> events) {
            Map<GenerationId, TrialEvent> last = new HashMap<>();
            events.forEach(event -> last.put(event.generation(), event));
            last.values().removeIf(Earlier::isFreeFailure);
            return new Earlier(last, TrialSpending.of(events));
        }

        /** A refused key, for example, tells nothing about the turn, and no call was billed. */
        private static boolean isFreeFailure(TrialEvent event) {
            return event instanceof TrialFailed failed
                    && failed.costUsd().filter(cost -> cost.signum() == 0).isPresent();
        }

        int left(int sample) {
            return Math.max(0, sample - last.size());
        }

        long failed() {
            return last.values().stream().filter(TrialFailed.class::isInstance).count();
        }

        /** Those that were killed in the middle. */
        long interrupted() {
            return last.values().stream().filter(TrialStarted.class::isInstance).count();
        }
    }

    enum End {
        ALL_DONE,
        BUDGET_SPENT,
        STOPPED
    }

    private final TrialRunner runner;
    private final TrialCost costs;
    private final Optional<BigDecimal> limit;
    private final Publisher publisher;
    private final DeletionCheck deletions;
    private final TrialThreads threads;
    private final Progress progress;
    private final Budget budget;

    /** Guarded by this. */
    private long done;

    /** Guarded by this. */
    private long failed;

    /** Of the trials that are done. Guarded by this. */
    private KnownCost cost;

    /**
     * @param limit of the costs of all runs, in US dollars
     * @param earlier the trials of the runs before
     */
    ExperimentRun(
            TrialRunner runner,
            TrialCost costs,
            Optional<BigDecimal> limit,
            Publisher publisher,
            DeletionCheck deletions,
            TrialThreads threads,
            Earlier earlier,
            Progress progress) {
        this.runner = runner;
        this.costs = costs;
        this.limit = limit;
        this.publisher = publisher;
        this.deletions = deletions;
        this.threads = threads;
        this.progress = progress;
        this.budget = new Budget(earlier.cost().charged());
        this.done = earlier.last().size();
        this.failed = earlier.failed() + earlier.interrupted();
        this.cost = earlier.cost();
    }

    /** Starts no further trial; those that run are finished. Thread-safe. */
    void stop() {
        threads.stop();
    }

    /**
     * Runs these trials.
     *
     * @throws IOException if the log cannot be written
     * @throws RefusedException if Claude refuses every call
     */
    End run(List<Trial> trials) throws IOException, InterruptedException {
        End end = End.ALL_DONE;
        show();
        try (threads) {
            for (Trial trial : trials) {
                Optional<BigDecimal> atMost = costs.atMost(trial);
                // Running trials mostly cost less than is reserved for them.
                if (!threads.acquire(() -> budget.reserve(atMost, limit))) {
                    end = threads.isStopped() ? End.STOPPED : End.BUDGET_SPENT;
                    break;
                }
                threads.start(() -> run(trial, atMost));
            }
        }
        threads.throwFailure();
        return end;
    }

    private boolean isDeleted(Trial trial) throws IOException {
        for (PastTurn turn : trial.turns()) {
            if (deletions.isDeleted(turn)) {
                return true;
            }
        }
        return false;
    }

    /** Runs a trial, unless a turn of it was deleted since the sample was drawn. */
    private void run(Trial trial, Optional<BigDecimal> atMost) throws IOException, InterruptedException {
        if (isDeleted(trial)) {
            budget.settle(atMost, BigDecimal.ZERO);
            return;
        }
        publisher.publish(runner.started(trial, atMost));
        TrialEvent result = result(trial);
        publisher.publish(result);
        KnownCost known = KnownCost.of(result, atMost);
        budget.settle(atMost, known.charged());
        count(result, known);
    }

    /** The result of a trial, also of one whose refusal every other trial would meet: then the run ends. */
    private TrialEvent result(Trial trial) throws InterruptedException {
        try {
            return runner.run(trial);
        } catch (RefusedException e) {
            threads.fail(e);
            return e.trial();
        }
    }

    private synchronized void count(TrialEvent result, KnownCost known) {
        done++;
        cost = cost.plus(known);
        failed += result instanceof TrialFailed ? 1 : 0;
        show();
    }

    private void show() {
        progress.show(
                done,
                all -> String.format(
                        Locale.ROOT, "%,d of %,d trials, %,d failed, %s", done, all, failed, cost.text("trials")));
    }
}
