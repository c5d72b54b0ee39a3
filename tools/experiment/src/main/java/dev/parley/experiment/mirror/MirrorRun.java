package dev.parley.experiment.mirror;

import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.trial.Budget;
import dev.parley.experiment.trial.CautiousClaude;
import dev.parley.experiment.trial.KnownCost;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialRunner.RefusedException;
import dev.parley.experiment.trial.TrialThreads;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Follows the turns and runs a trial of each one that is to be mirrored, with bounded concurrency and rate. While all places are
 * taken, turns wait on the log. The start of a trial and the position after its turn are on the log together, before Claude is
 * asked, so no turn is asked twice and none is left out, whenever the process is killed.
 */
public final class MirrorRun {
    /** Older turns are left out, also those that waited so long: deletions are known for a day. */
    public static final Duration AGE_MAX = Duration.ofHours(12);

    private static final int WAIT_MS = 100;

    private final LiveTurns turns;
    private final MirroredKeys keys;
    private final Function<String, TrialRunner> runners;
    private final CautiousClaude claude;
    private final TrialCost costs;
    private final DailyBudgets budgets;
    private final Clock clock;
    private final Consumer<String> notices;
    private final TrialThreads threads;
    private final AtomicLong turnsRead = new AtomicLong();
    private final Map<Outcome, Long> outcomes = new ConcurrentHashMap<>();

    /**
     * A run.
     *
     * @param runners the runner for the trials of an experiment
     * @param claude that the runners ask
     * @param notices takes what an operator has to know
     */
    public MirrorRun(
            LiveTurns turns,
            MirroredKeys keys,
            Function<String, TrialRunner> runners,
            CautiousClaude claude,
            TrialCost costs,
            DailyBudgets budgets,
            Clock clock,
            Consumer<String> notices,
            TrialThreads threads) {
        this.turns = turns;
        this.keys = keys;
        this.runners = runners;
        this.claude = claude;
        this.costs = costs;
        this.budgets = budgets;
        this.clock = clock;
        this.notices = notices;
        this.threads = threads;
    }

    /** What became of a turn that was to be mirrored. */
    public enum Outcome {
        COMPARED,
        FAILED,
        OVER_BUDGET,
        WITHOUT_PRICE,
        /** Too old, or deleted. */
        OUTDATED
    }

    /**
     * What a run did.
     *
     * @param turns that were read
     * @param outcomes of those of them that were to be mirrored; one that did not occur is missing
     * @param spentToday by all keys, in US dollars, by UTC
     * @param leftToday of the budgets of all mirrored keys
     */
    public record Counts(long turns, Map<Outcome, Long> outcomes, BigDecimal spentToday, BigDecimal leftToday) {
        public Counts {
            outcomes = Map.copyOf(outcomes);
        }

        public long of(Outcome outcome) {
            return outcomes.getOrDefault(outcome, 0L);
        }
    }

    public Counts counts() {
        Instant now = clock.instant();
        return new Counts(
                turnsRead.get(),
                outcomes,
                budgets.spent(now),
                keys.active().entrySet().stream()
                        .map(each ->
                                budgets.left(each.getKey(), now, each.getValue().usdPerDay()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** Starts no further trial; those that run are finished. Thread-safe. */
    public void stop() {
        threads.stop();
    }

    /**
     * Runs until {@link #stop()}.
     *
     * @throws IOException if the log cannot be read or written
     * @throws RefusedException if Claude refuses every call
     */
    public void run() throws IOException, InterruptedException {
        try (threads) {
            while (!threads.isStopped()) {
                for (LiveTurn turn : turns.next()) {
                    if (!handle(turn)) {
                        break;
                    }
                }
                if (!threads.isStopped()) {
                    turns.commit();
                }
            }
        }
        threads.throwFailure();
    }

    /** Handles a turn; false if the run was stopped before. */
    private boolean handle(LiveTurn turn) throws IOException, InterruptedException {
        if (threads.isStopped()) {
            return false;
        }
        if (turn.mirrored().isPresent()) {
            Mirrored mirrored = turn.mirrored().get();
            Optional<BigDecimal> atMost = costs.atMost(mirrored.trial());
            if (atMost.isPresent()) {
                return start(turn, mirrored, atMost.get());
            }
            count(Outcome.WITHOUT_PRICE);
        }
        pass(turn);
        return true;
    }

    private void count(Outcome outcome) {
        var _ = outcomes.merge(outcome, 1L, Long::sum);
    }

    private void pass(LiveTurn turn) {
        turnsRead.incrementAndGet();
        turns.pass(turn);
    }

    private boolean start(LiveTurn turn, Mirrored mirrored, BigDecimal atMost)
            throws IOException, InterruptedException {
        // Also before the wait for a place, so that turns that are left out do not take the rate.
        Optional<Budget> permitted = reserve(mirrored, atMost);
        if (permitted.isEmpty()) {
            pass(turn);
            return true;
        }
        permitted.get().settle(Optional.of(atMost), BigDecimal.ZERO);
        if (!acquirePlace()) {
            return false;
        }
        boolean running = false;
        try {
            // It waited: the mirror may have been changed or suspended, the turn deleted, or another day begun.
            boolean changed = !keys.of(mirrored.key()).equals(Optional.of(mirrored.mirror()));
            Optional<Budget> budget = changed ? Optional.empty() : reserve(mirrored, atMost);
            if (budget.isEmpty()) {
                pass(turn);
                return true;
            }
            TrialRunner runner = runners.apply(mirrored.experiment());
            turnsRead.incrementAndGet();
            turns.start(turn, runner.started(mirrored.trial(), Optional.of(atMost)));
            running = true;
            threads.start(() -> trial(mirrored, runner, budget.get(), atMost));
            return true;
        } finally {
            if (!running) {
                threads.release();
            }
        }
    }

    /** Reserves the highest possible cost of a trial, of today; empty, and counted, if there is to be none. */
    private Optional<Budget> reserve(Mirrored mirrored, BigDecimal atMost) throws IOException {
        if (outdated(mirrored)) {
            count(Outcome.OUTDATED);
            return Optional.empty();
        }
        Optional<Budget> budget = budgets.reserve(
                mirrored.key(), clock.instant(), mirrored.mirror().usdPerDay(), atMost);
        if (budget.isEmpty()) {
            count(Outcome.OVER_BUDGET);
        }
        return budget;
    }

    private boolean outdated(Mirrored mirrored) throws IOException {
        PastTurn turn = mirrored.turn();
        return turn.facts().endedAt().isBefore(clock.instant().minus(AGE_MAX)) || turns.deleted(turn);
    }

    /** Waits until a trial may start; false if the run is stopped. */
    private boolean acquirePlace() throws InterruptedException {
        while (threads.acquire(() -> true)) {
            // The trial that had the place may have met a refusal.
            if (!claude.isQuiet()) {
                return true;
            }
            threads.release();
            // The quiet is a time, and a stop comes at any moment: there is nothing else to wait for.
            Thread.sleep(WAIT_MS);
        }
        return false;
    }

    private void trial(Mirrored mirrored, TrialRunner runner, Budget budget, BigDecimal atMost)
            throws IOException, InterruptedException {
        TrialEvent result = result(mirrored, runner);
        turns.end(result);
        Optional<BigDecimal> reserved = Optional.of(atMost);
        budget.settle(reserved, KnownCost.of(result, reserved).charged());
        count(result instanceof TrialCompleted ? Outcome.COMPARED : Outcome.FAILED);
    }

    /**
     * The result of a trial, also of one that is refused as every other would be. A model that Claude does not have ends the mirror
     * of its key, and not those of others; any other such refusal ends the run.
     */
    private TrialEvent result(Mirrored mirrored, TrialRunner runner) throws InterruptedException {
        Mirror mirror = mirrored.mirror();
        try {
            return runner.run(mirrored.trial());
        } catch (RefusedException e) {
            if (e.isUnknownModel(mirror.model())) {
                keys.suspend(mirrored.key(), mirror);
                notices.accept(
                        "The mirror of " + mirrored.key() + " is suspended until it is changed: " + e.getMessage());
            } else {
                threads.fail(e);
            }
            return e.trial();
        }
    }
}
