package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Plot;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The former endpoint beside Parley, with a Claude that takes 450 ms to the first token and 4,000 ms in all. */
final class FormerEndpointComparison {
    private static final AnswerTiming TIMING = new AnswerTiming(450, 20);

    /** The last of them comes 3,550 ms after the first. */
    private static final int TOKENS = 72;

    private static final double PER_SECOND = 2;
    private static final double FIRST_MILLIS_MAX = 500;
    private static final double WHOLE_MILLIS_MAX = 4_050;
    private static final double REPEATED_MILLIS_MAX = 10;
    private static final double NOISE = 0.1;

    private FormerEndpointComparison() {}

    /** New questions, and the same again. */
    private record Measured(String label, LoadResult first, LoadResult again) {
        double firstWord() {
            return millis(first.toFirstText(), 50);
        }

        double whole() {
            return millis(first.toEnd(), 50);
        }

        double repeated() {
            return millis(again.toEnd(), 50);
        }

        List<String> line() {
            return List.of(
                    label,
                    ms(firstWord()),
                    ms(whole()),
                    ms(millis(first.toEnd(), 100)),
                    ms(repeated()),
                    first.answeredOfAsked());
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        TestedSystem former = run.systems().get(SystemName.FORMER_ENDPOINT);
        TestedSystem parley = run.warm(SystemName.PARLEY);
        Measured before = measure(run, former, run.mode().pick(2, 10));
        Measured after = measure(run, parley, run.mode().pick(6, 20));
        compare(findings, "first word", "Until the first word", FIRST_MILLIS_MAX, before, after, Measured::firstWord);
        compare(findings, "whole answer", "Until the whole answer", WHOLE_MILLIS_MAX, before, after, Measured::whole);
        compare(
                findings,
                "repeated question",
                "A repeated question, whole",
                REPEATED_MILLIS_MAX,
                before,
                after,
                Measured::repeated);
        findings.table(
                        "Medians, as the client sees them",
                        List.of("", "first word", "whole answer", "slowest", "repeated question", "right answers"),
                        List.of(before.line(), after.line()))
                .lower("replacement.first-word", after.firstWord(), "ms", NOISE)
                .lower("replacement.whole", after.whole(), "ms", NOISE);
    }

    private static Measured measure(BenchmarkRun run, TestedSystem system, int count) {
        run.say("Questions to " + system.label() + ", then the same again");
        List<Request.Question> questions = run.questions().next(count, TOKENS, TIMING);
        Load load = new Load(system.endpoint(), Arrivals.even(PER_SECOND, count), questions);
        LoadResult first = run.generator().run(load);
        if (system.name() == SystemName.PARLEY) {
            run.fillCache(system, questions);
        }
        return new Measured(system.label(), first, run.generator().run(load));
    }

    private static void compare(
            Findings findings,
            String what,
            String plotTitle,
            double max,
            Measured before,
            Measured after,
            ToDoubleFunction<Measured> value) {
        double former = value.applyAsDouble(before);
        double parley = value.applyAsDouble(after);
        Map<String, Double> bars = new LinkedHashMap<>();
        bars.put(before.label(), former);
        bars.put(after.label(), parley);
        boolean noError = after.first().errors() + after.again().errors() == 0;
        findings.atMost(after.label() + ": " + what, max, parley, noError, " instead of " + ms(former))
                .plot(Plot.bars(plotTitle, "ms", bars));
    }
}
