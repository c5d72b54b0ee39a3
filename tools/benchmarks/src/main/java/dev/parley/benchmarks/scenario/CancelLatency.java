package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.CancelProbe;
import dev.parley.benchmarks.system.ParleyStack;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** From an explicit cancel until Claude's call is closed, one after the other of many open streams. */
final class CancelLatency {
    private static final int CANCELS = 50;

    /** Of the code that measures. */
    private static final int WARM_UP = 10;

    private static final double OPENED_PER_SECOND = 50;
    private static final AnswerTiming TIMING = new AnswerTiming(0, 20);

    /** For longer than all cancels take. */
    private static final int TOKENS = 1_200;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** Each cancel comes at another time between two deltas and two polls. */
    private static final int PAUSE_MILLIS_MAX = 100;

    private static final double MILLIS_MAX = 250;
    private static final double NOISE = 0.25;

    private CancelLatency() {}

    static void measure(BenchmarkRun run, Findings findings) {
        TestedSystem parley = run.warm(SystemName.PARLEY);
        run.awaitIdle();
        run.say(CANCELS + " cancels of open streams");
        ParleyStack stack = run.systems().stack();
        Queue<String> generations = new ConcurrentLinkedQueue<>();
        int count = WARM_UP + CANCELS;
        Load load = new Load(
                        parley.endpoint(),
                        Arrivals.even(OPENED_PER_SECOND, count),
                        run.questions().next(count, TOKENS, TIMING),
                        Load.Window.ALL,
                        ANSWER_TIMEOUT)
                .withHeads(
                        (_, headers) -> generations.add(ReuseHeaders.of(headers).generation()));
        long begin = System.nanoTime();
        var running = run.generator().begin(load);
        IdleWait.until(begin + load.arrivals().span() + SETTLE.toNanos());
        if (generations.size() < count) {
            throw new IllegalStateException("only " + generations.size() + " of " + count + " streams have begun");
        }
        Histogram times = LoadResult.histogram();
        try (CancelProbe probe = new CancelProbe(
                stack.local().gateway(0), stack.key(), stack.local().simulator())) {
            for (int i = 0; i < count; i++) {
                long pause = run.random().nextLong(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS_MAX));
                IdleWait.until(System.nanoTime() + pause);
                long nanos = probe.cancel(generations.remove());
                if (i >= WARM_UP) {
                    times.recordValue(nanos);
                }
            }
        }
        // What is left of each is incomplete, so it counts as an error there.
        int complete = LoadGenerator.await(running, load).answered();
        report(findings, times, complete);
    }

    static void report(Findings findings, Histogram times, int complete) {
        double median = millis(times, 50);
        double p99 = millis(times, 99);
        findings.atMost(
                        "from an explicit cancel until Claude's call is closed, p99",
                        MILLIS_MAX,
                        p99,
                        complete == 0,
                        ", median " + ms(median) + (complete == 0 ? "" : ", " + complete + " answers were complete"))
                .table(
                        "From the request to cancel",
                        List.of("cancels", "median", "p90", "p99", "longest"),
                        List.of(List.of(
                                Long.toString(times.getTotalCount()),
                                ms(median),
                                ms(millis(times, 90)),
                                ms(p99),
                                ms(millis(times, 100)))))
                .lower("cancel.median", median, "ms", NOISE)
                .lower("cancel.p99", p99, "ms", 2 * NOISE)
                .note("The simulated Claude's counter of closed calls is read about each millisecond; that time is"
                        + " included.");
    }
}
