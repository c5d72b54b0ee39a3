package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Questions;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.benchmarks.system.TestedSystems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the scenarios of one run share. Owned by the thread of the run.
 *
 * @param random decides about orders and arrivals
 * @param progress takes lines for the terminal
 */
public record BenchmarkRun(
        TestedSystems systems,
        LoadGenerator generator,
        Questions questions,
        RunMode mode,
        Random random,
        Consumer<String> progress) {
    private static final int CACHE_TRIES_MAX = 5;
    private static final double CACHE_FILL_PER_SECOND = 50;

    public void say(String line) {
        progress.accept(line);
    }

    /** A system that has been warmed up. */
    public TestedSystem warm(SystemName name) {
        TestedSystem system = systems.get(name);
        if (systems.markWarm(name)) {
            say("Warming up " + system.label());
            new SystemWarmUp(this, system).run();
            awaitIdle();
        }
        return system;
    }

    /** Sends batches of requests until the processor time of the system no longer falls, but so many at most. */
    public void warmUp(
            TestedSystem system, double perSecond, int batchesMax, Supplier<List<? extends Request>> requests) {
        SystemWarmUp.repeat(this, system, batchesMax, () -> send(system.endpoint(), perSecond, requests.get()));
    }

    /** Sends new questions at random times. */
    public LoadResult ask(TestedSystem system, double perSecond, int count, int tokens, AnswerTiming timing) {
        return send(system.endpoint(), perSecond, questions.next(count, tokens, timing));
    }

    /** Sends requests at random times. */
    public LoadResult send(Endpoint endpoint, double perSecond, List<? extends Request> requests) {
        return generator.run(load(endpoint, perSecond, requests));
    }

    /** Requests at random times. */
    public Load load(Endpoint endpoint, double perSecond, List<? extends Request> requests) {
        return new Load(endpoint, Arrivals.random(perSecond, requests.size(), random.nextLong()), requests);
    }

    /** Sends these questions until all answers come from the cache. */
    public void fillCache(TestedSystem system, List<Request.Question> requests) {
        for (int attempt = 0; attempt < CACHE_TRIES_MAX; attempt++) {
            long before = systems.stack().tokensSent();
            generator.run(new Load(system.endpoint(), Arrivals.even(CACHE_FILL_PER_SECOND, requests.size()), requests));
            if (systems.stack().tokensSent() == before) {
                return;
            }
            awaitIdle();
        }
        throw new IllegalStateException("answers to repeated questions do not come from the cache");
    }

    /**
     * Takes measurements in rounds, in another order each round, so that disturbances affect all systems alike.
     *
     * @param measurements each of one system
     */
    public void rounds(String what, int count, List<Runnable> measurements) {
        List<Runnable> order = new ArrayList<>(measurements);
        for (int round = 1; round <= count; round++) {
            say(what + ", round " + round + " of " + count);
            Collections.shuffle(order, random);
            for (Runnable measurement : order) {
                awaitIdle();
                measurement.run();
            }
        }
    }

    /** Waits until the work of the last measurement is done, so that it does not disturb the next. */
    public void awaitIdle() {
        System.gc();
        IdleWait.await(systems.pids());
    }
}
