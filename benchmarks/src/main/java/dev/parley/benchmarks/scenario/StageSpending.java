package dev.parley.benchmarks.scenario;

import static java.util.Objects.requireNonNull;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.load.Window;
import dev.parley.benchmarks.question.Pace;
import dev.parley.benchmarks.simulation.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Microseconds of processor time by stage, over a time.
 *
 * @param tally what was answered meanwhile
 */
record StageSpending(Map<Stage, Double> micros, double seconds, Tally tally) {
    static final double OPENED_PER_SECOND = 200;
    static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final double SETTLE_SECONDS = 1.5;
    private static final double CROWD_SECONDS = 8;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;

    /** What is measured. */
    interface Doing {
        Tally run() throws InterruptedException;
    }

    double of(Stage stage, double count) {
        return requireNonNull(micros.get(stage)) / count;
    }

    double cores() {
        return micros.values().stream().mapToDouble(Double::doubleValue).sum() / MICROS_PER_SECOND / seconds;
    }

    /** Without what is taken when nobody asks. */
    StageSpending without(StageSpending idle) {
        Map<Stage, Double> rest = new EnumMap<>(Stage.class);
        micros.forEach((stage, time) ->
                rest.put(stage, Math.max(0, time - idle.of(stage, 1) * seconds / idle.seconds)));
        return new StageSpending(rest, seconds, tally);
    }

    static StageSpending of(Arena arena, StageClock clock, Doing doing) throws InterruptedException {
        arena.calm();
        Map<Stage, Duration> before = clock.read();
        long began = System.nanoTime();
        Tally tally = doing.run();
        arena.calm();
        double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
        return between(before, clock.read(), seconds, tally);
    }

    private static StageSpending between(
            Map<Stage, Duration> before, Map<Stage, Duration> after, double seconds, Tally tally) {
        Map<Stage, Double> micros = new EnumMap<>(Stage.class);
        after.forEach((stage, time) -> micros.put(
                stage, time.minus(before.getOrDefault(stage, Duration.ZERO)).toNanos() / NANOS_PER_MICRO));
        return new StageSpending(micros, seconds, tally);
    }

    /** While all of them are open. */
    static StageSpending ofCrowd(Arena arena, StageClock clock, Contestant parley, int streams, Pace pace)
            throws InterruptedException {
        arena.calm();
        double from = streams / OPENED_PER_SECOND + SETTLE_SECONDS;
        double until = from + CROWD_SECONDS;
        int tokens = (int) Math.ceil((until + 1) * pace.tokensPerSecond());
        Load load = new Load(
                parley.target(),
                Arrivals.even(OPENED_PER_SECOND, streams),
                arena.questions().next(streams, tokens, pace),
                new Window(Math.round(from * NANOS_PER_SECOND), Math.round(until * NANOS_PER_SECOND)),
                ANSWER_MAX);
        long begin = System.nanoTime();
        var running = arena.generator().begin(load);
        Calm.until(begin + load.window().from());
        Map<Stage, Duration> before = clock.read();
        Calm.until(begin + load.window().until());
        Map<Stage, Duration> after = clock.read();
        Tally tally = LoadGenerator.await(running, load);
        arena.generator().disconnect();
        return between(before, after, CROWD_SECONDS, tally);
    }
}
