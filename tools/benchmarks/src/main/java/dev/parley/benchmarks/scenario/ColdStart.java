package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.times;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.ParleyStack;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;

/** From the start of a service's process until it is ready, its first minute, and the first request beside those after it. */
final class ColdStart {
    private static final double READY_SECONDS_MAX = 3;
    private static final double FIRST_MAX = 2;
    private static final double NOISE = 0.15;
    private static final double NOISE_P99 = 0.5;
    private static final double MINUTE_P99_MILLIS_MAX = 100;
    private static final double PER_SECOND = 20;
    private static final int MINUTE = 1_200;
    private static final int AFTER = 100;
    private static final int TOKENS = 20;

    /** A Claude that answers at once hides nothing of the services' time. */
    private static final AnswerTiming TIMING = new AnswerTiming(0, 200);

    private ColdStart() {}

    static void measure(BenchmarkRun run, Findings findings) {
        TestedSystem parley = run.warm(SystemName.PARLEY);
        for (String service : ParleyStack.SERVICES) {
            run.say("Cold start of " + service);
            run.awaitIdle();
            ManagedProcess process = run.systems().stack().local().process(service, 0);
            process.stop();
            long begin = System.nanoTime();
            process.start();
            double seconds = (System.nanoTime() - begin) / 1e9;
            findings.row(
                            service + ": process start to ready",
                            "≤ " + number(READY_SECONDS_MAX) + " s",
                            number(seconds) + " s",
                            seconds <= READY_SECONDS_MAX)
                    .lower("cold-start." + service, seconds, "s", NOISE);
        }
        run.say("First requests after the start");
        LoadResult first = run.ask(parley, PER_SECOND, 1, TOKENS, TIMING);
        LoadResult minute = run.ask(parley, PER_SECOND, MINUTE, TOKENS, TIMING);
        LoadResult after = run.ask(parley, PER_SECOND, AFTER, TOKENS, TIMING);
        double firstMillis = millis(first.toFirstText(), 50);
        double minuteMillis = millis(minute.toFirstText(), 99);
        double afterMillis = millis(after.toFirstText(), 50);
        findings.row(
                        "first minute after all services have started, 20/s: first token, p99",
                        "≤ " + ms(MINUTE_P99_MILLIS_MAX),
                        ms(minuteMillis) + ", median " + ms(millis(minute.toFirstText(), 50)),
                        minute.errors() == 0 && minuteMillis <= MINUTE_P99_MILLIS_MAX)
                .lower("cold-start.first-minute", minuteMillis, "ms", NOISE_P99)
                .row(
                        "first request after all services have started, beside those after the first minute",
                        "≤ " + times(FIRST_MAX),
                        times(firstMillis / afterMillis) + ", " + ms(firstMillis) + " to the first token",
                        first.errors() == 0 && firstMillis <= FIRST_MAX * afterMillis)
                .lower("cold-start.first-request", firstMillis, "ms", NOISE)
                .table(
                        "To the first token of a Claude that answers at once",
                        List.of("the first", "a hundred after the first minute, median", "their slowest"),
                        List.of(List.of(ms(firstMillis), ms(afterMillis), ms(millis(after.toFirstText(), 100)))));
    }
}
