package dev.parley.benchmarks.arena;

import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.question.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Asks until a contestant does not become cheaper any more: its code is compiled, its pools are filled. Answers come at
 * once, piece by piece and from the cache, for each of these is code of its own.
 */
final class WarmUp {
    private static final double PER_SECOND = 25;
    private static final int TOKENS = 50;
    private static final int BATCHES_MIN = 3;
    private static final Pace PIECEWISE = new Pace(0, 50);

    /** How much of the time of the batch before a batch has to take to be no cheaper. */
    private static final double SETTLED = 0.93;

    private final Arena arena;
    private final Contestant contestant;
    private final int seconds;
    private final List<Request> repeated;
    private final List<Duration> batches = new ArrayList<>();

    WarmUp(Arena arena, Contestant contestant) {
        this.arena = arena;
        this.contestant = contestant;
        boolean ours = contestant.rival() == Rival.PARLEY;
        this.seconds = ours ? arena.effort().pick(9, 12) : arena.effort().pick(2, 4);
        this.repeated = ours ? arena.questions().next(count(), TOKENS, Pace.AT_ONCE) : List.of();
    }

    private int count() {
        return (int) (PER_SECOND * seconds);
    }

    void run() throws InterruptedException {
        int batchesMax = contestant.rival() == Rival.PARLEY ? arena.effort().pick(3, 12) : 2;
        while (!settled(batches, batchesMax)) {
            Duration before = ProcessorTime.of(contestant.pids());
            Tally tally = batch();
            if (tally.answered() == 0) {
                throw new IllegalStateException(contestant.label() + " answers nothing. " + tally.firstFlaw());
            }
            batches.add(ProcessorTime.of(contestant.pids()).minus(before));
        }
        arena.say(contestant.label() + " is warm: batches took "
                + String.join(
                        ", ",
                        batches.stream().map(time -> time.toMillis() + " ms").toList()));
    }

    private Tally batch() throws InterruptedException {
        List<Load> loads = new ArrayList<>(List.of(
                load(arena.questions().next(count(), TOKENS, Pace.AT_ONCE)),
                load(arena.questions().next(count(), TOKENS, PIECEWISE))));
        if (!repeated.isEmpty()) {
            loads.add(load(repeated));
        }
        var running = loads.stream().map(arena.generator()::begin).toList();
        Tally sum = LoadGenerator.await(running.getFirst(), loads.getFirst());
        for (int i = 1; i < loads.size(); i++) {
            sum = sum.plus(LoadGenerator.await(running.get(i), loads.get(i)));
        }
        return sum;
    }

    private Load load(List<Request> questions) {
        List<Request> shuffled = new ArrayList<>(questions);
        Collections.shuffle(shuffled, arena.random());
        return new Load(
                contestant.target(),
                Arrivals.random(PER_SECOND, questions.size(), arena.random().nextLong()),
                shuffled);
    }

    /** Whether the latest of these batches is no cheaper than the one before, or there were enough of them. */
    static boolean settled(List<Duration> batches, int batchesMax) {
        int count = batches.size();
        if (count < BATCHES_MIN || count >= batchesMax) {
            return count >= batchesMax;
        }
        return batches.get(count - 1).toNanos()
                >= SETTLED * batches.get(count - 2).toNanos();
    }
}
