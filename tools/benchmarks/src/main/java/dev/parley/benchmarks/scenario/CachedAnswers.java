package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.List;

/** Repeated questions, 200 a second: the time of a whole answer from the cache. */
final class CachedAnswers {
    private static final double PER_SECOND = 200;
    private static final int QUESTIONS = 100;
    private static final int TOKENS = 50;
    private static final int BATCHES_MAX = 20;
    private static final double MEDIAN_MILLIS_MAX = 4;
    private static final double P99_MILLIS_MAX = 12;
    private static final double NOISE = 0.25;

    private CachedAnswers() {}

    static void measure(BenchmarkRun run, Findings findings) {
        TestedSystem parley = run.warm(SystemName.PARLEY);
        List<Request.Question> questions = run.questions().next(QUESTIONS, TOKENS, AnswerTiming.AT_ONCE);
        run.fillCache(parley, questions);
        int batch = run.mode().pick(400, 2_000);
        run.warmUp(parley, PER_SECOND, run.mode().pick(1, BATCHES_MAX), () -> repeated(run, questions, batch));
        run.awaitIdle();
        run.say("Cached answers, 200 a second");
        long before = run.systems().stack().tokensSent();
        LoadResult result = run.send(
                parley.endpoint(),
                PER_SECOND,
                repeated(run, questions, run.mode().pick(800, 4_000)));
        report(findings, result, run.systems().stack().tokensSent() - before);
    }

    private static List<Request.Question> repeated(BenchmarkRun run, List<Request.Question> questions, int count) {
        return run.random()
                .ints(count, 0, questions.size())
                .mapToObj(questions::get)
                .toList();
    }

    private static void report(Findings findings, LoadResult result, long tokens) {
        double median = millis(result.toEnd(), 50);
        double p99 = millis(result.toEnd(), 99);
        boolean valid = result.errors() == 0 && tokens == 0;
        String remark = valid ? "" : ", " + result.errors() + " errors, " + tokens + " tokens from Claude";
        String what = "cached answer to its last byte, 200/s, ";
        findings.atMost(what + "median", MEDIAN_MILLIS_MAX, median, valid, remark)
                .atMost(what + "p99", P99_MILLIS_MAX, p99, valid, remark)
                .table(
                        "From when the question was due",
                        List.of("", "p50", "p90", "p99", "longest", "right answers"),
                        List.of(List.of(
                                "whole answer",
                                ms(median),
                                ms(millis(result.toEnd(), 90)),
                                ms(p99),
                                ms(millis(result.toEnd(), 100)),
                                result.answeredOfAsked())))
                .lower("cached.median", median, "ms", NOISE)
                .lower("cached.p99", p99, "ms", 2 * NOISE);
    }
}
