package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Streams with a delta every 50 ms each, opened one after the other, and a window in which all of them are open: no request starts or
 * ends in it.
 */
record SteadyStreams(Load load, int streams, int seconds) {
    private static final int DELTAS_PER_SECOND = 20;
    private static final double OPENED_PER_SECOND = 200;

    /** From the opening of the last stream until it counts. */
    private static final double SETTLE_SECONDS = 1.5;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);
    private static final double NANOS_PER_SECOND = 1e9;

    /** What the window has shown, and what was seen of the processes meanwhile. */
    record Watched<T>(LoadResult result, double delivered, T seen) {}

    /** So many new streams to a system, with a window of so many seconds. */
    static SteadyStreams to(TestedSystem system, BenchmarkRun run, int streams, int seconds) {
        double from = streams / OPENED_PER_SECOND + SETTLE_SECONDS;
        double until = from + seconds;
        int tokens = (int) Math.ceil((until + 1) * DELTAS_PER_SECOND);
        Load load = new Load(
                system.endpoint(),
                Arrivals.even(OPENED_PER_SECOND, streams),
                run.questions().next(streams, tokens, new AnswerTiming(0, DELTAS_PER_SECOND)),
                new Load.Window(Math.round(from * NANOS_PER_SECOND), Math.round(until * NANOS_PER_SECOND)),
                ANSWER_TIMEOUT);
        return new SteadyStreams(load, streams, seconds);
    }

    /**
     * Opens them, and waits for their ends.
     *
     * @param watch starts at the beginning of the window, and returns what reads its result at the end
     */
    <T> Watched<T> run(LoadGenerator generator, Supplier<Supplier<T>> watch) {
        long begin = System.nanoTime();
        var running = generator.begin(load);
        IdleWait.until(begin + load.window().from());
        Supplier<T> watched = watch.get();
        IdleWait.until(begin + load.window().until());
        T seen = watched.get();
        LoadResult result = LoadGenerator.await(running, load);
        generator.disconnect();
        return new Watched<>(result, result.pieces() / ((double) streams * DELTAS_PER_SECOND * seconds), seen);
    }
}
