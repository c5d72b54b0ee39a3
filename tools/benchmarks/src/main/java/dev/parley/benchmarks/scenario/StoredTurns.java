package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.percent;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.IdleWait;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The time of a stream before and after a million turns are stored. Writing them takes much longer than measuring. */
final class StoredTurns {
    private static final double PER_SECOND = 20;
    private static final int COUNT = 300;
    private static final int TOKENS = 20;
    private static final AnswerTiming TIMING = new AnswerTiming(0, 100);
    private static final int BATCH = 50_000;
    private static final Duration BATCH_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final double GROWTH_MAX = 0.2;
    private static final double NOISE = 0.1;

    private StoredTurns() {}

    static void measure(BenchmarkRun run, Findings.Builder findings, int turns) throws InterruptedException {
        TestedSystem parley = run.warm(SystemName.PARLEY);
        LoadResult few = run.ask(parley, PER_SECOND, COUNT, TOKENS, TIMING);
        TurnCopies copies = new TurnCopies(run.systems().stack().kafka(), Clock.systemUTC());
        for (int written = 0; written < turns; written += BATCH) {
            copies.write(Math.min(BATCH, turns - written));
            awaitStored(copies);
            run.say(number(Math.min(turns, written + BATCH)) + " turns are stored");
        }
        run.awaitIdle();
        LoadResult many = run.ask(parley, PER_SECOND, COUNT, TOKENS, TIMING);
        double before = millis(few.toEnd(), 50);
        double after = millis(many.toEnd(), 50);
        findings.row(
                        "time of a stream with " + number(turns) + " stored turns, beside none",
                        "± " + percent(GROWTH_MAX),
                        percent(after / before - 1) + ", " + ms(before) + " → " + ms(after),
                        Math.abs(after / before - 1) <= GROWTH_MAX && few.errors() + many.errors() == 0)
                .table(
                        "20 requests a second, 20 deltas each",
                        List.of("stored turns", "first text p50", "first text p99", "whole p50", "whole p99", "errors"),
                        List.of(line("hardly any", few), line(number(turns), many)))
                .lower("stored-turns.many", after, "ms", NOISE);
    }

    private static void awaitStored(TurnCopies copies) throws InterruptedException {
        long deadline = System.nanoTime() + BATCH_TIMEOUT.toNanos();
        while (copies.lag() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("turns are not stored within " + BATCH_TIMEOUT);
            }
            IdleWait.until(System.nanoTime() + POLL_INTERVAL.toNanos());
        }
    }

    private static List<String> line(String stored, LoadResult result) {
        return List.of(
                stored,
                ms(millis(result.toFirstText(), 50)),
                ms(millis(result.toFirstText(), 99)),
                ms(millis(result.toEnd(), 50)),
                ms(millis(result.toEnd(), 99)),
                Integer.toString(result.errors()));
    }
}
