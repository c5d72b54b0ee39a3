package dev.parley.benchmarks.run;

import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Sends batches of questions until a system's processor time for a batch no longer falls. Answers come at once, piece by
 * piece and from the cache, because each of these has code of its own.
 */
final class SystemWarmUp {
    private static final double PER_SECOND = 25;
    /** Of the answers that come at once: with many requests at a time other code is used. */
    private static final double BURST_PER_SECOND = 300;

    /** Questions of a burst for each that is answered piecewise. */
    private static final int BURST = 3;

    private static final int TOKENS = 50;
    private static final AnswerTiming PIECEWISE = new AnswerTiming(0, 50);

    /**
     * How many batches are compared with as many before them. One may be dearer than the one before while C2 compiles, and from the
     * tenth on each is only 1 to 2 % cheaper, which is less than they vary.
     */
    private static final int COMPARED = 8;

    /** The share of the batches before that batches have to take to be no cheaper. */
    private static final double SETTLED = 0.97;

    private final BenchmarkRun run;
    private final TestedSystem system;
    private final int count;
    private final int batchesMax;
    private final List<Request.Question> repeated;

    SystemWarmUp(BenchmarkRun run, TestedSystem system) {
        this.run = run;
        this.system = system;
        boolean parley = system.name() == SystemName.PARLEY;
        this.count = (int)
                (PER_SECOND * (parley ? run.mode().pick(9, 12) : run.mode().pick(2, 4)));
        this.batchesMax = switch (system.name()) {
            case PARLEY -> run.mode().pick(3, 40);
            case PASS_THROUGH, PORTKEY -> run.mode().pick(2, 40);
            case DIRECT, NGINX, FORMER_ENDPOINT -> 2;
        };
        this.repeated = parley ? run.questions().next(count, TOKENS, AnswerTiming.AT_ONCE) : List.of();
    }

    void run() {
        repeat(run, system, batchesMax, this::batch);
    }

    /** Sends batches until they are no cheaper. */
    static void repeat(BenchmarkRun run, TestedSystem system, int batchesMax, Supplier<LoadResult> batch) {
        List<Duration> batches = new ArrayList<>();
        while (!settled(batches, batchesMax)) {
            Duration before = ProcessorTime.of(system.pids());
            LoadResult result = batch.get();
            if (result.answered() == 0) {
                throw new IllegalStateException(system.label() + " gives no right answer: " + result.firstError());
            }
            batches.add(ProcessorTime.of(system.pids()).minus(before));
        }
        run.say(system.label() + " is warm: batches took "
                + batches.stream().map(time -> time.toMillis() + " ms").collect(joining(", ")));
    }

    private LoadResult batch() {
        List<Load> loads = new ArrayList<>(List.of(
                load(BURST_PER_SECOND, run.questions().next(BURST * count, TOKENS, AnswerTiming.AT_ONCE)),
                load(PER_SECOND, run.questions().next(count, TOKENS, PIECEWISE))));
        if (!repeated.isEmpty()) {
            loads.add(load(PER_SECOND, repeated));
        }
        var running = loads.stream().map(run.generator()::begin).toList();
        return IntStream.range(0, loads.size())
                .mapToObj(i -> LoadGenerator.await(running.get(i), loads.get(i)))
                .reduce(LoadResult::plus)
                .orElseThrow();
    }

    private Load load(double perSecond, List<Request.Question> questions) {
        List<Request.Question> shuffled = new ArrayList<>(questions);
        Collections.shuffle(shuffled, run.random());
        return run.load(system.endpoint(), perSecond, shuffled);
    }

    /** Whether the latest batches are no cheaper than those before, or there were enough. */
    static boolean settled(List<Duration> batches, int batchesMax) {
        int count = batches.size();
        if (count >= batchesMax) {
            return true;
        }
        return count >= 2 * COMPARED && sum(batches, count - COMPARED) >= SETTLED * sum(batches, count - 2 * COMPARED);
    }

    private static long sum(List<Duration> batches, int from) {
        return batches.subList(from, from + COMPARED).stream()
                .mapToLong(Duration::toNanos)
                .sum();
    }
}
