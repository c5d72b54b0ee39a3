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
    private static final double NOISE = 0.1;

    /** A time, its maximum in milliseconds, and the title of its plot. */
    private record Compared(String what, double max, String plot, ToDoubleFunction<Measured> time) {}

    private static final List<Compared> COMPARED = List.of(
            new Compared("first word", 500, "Until the first word", Measured::firstWord),
            new Compared("whole answer", 4_050, "Until the whole answer", Measured::whole),
            new Compared("repeated question", 10, "A repeated question, whole", Measured::repeated));

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
        COMPARED.forEach(compared -> compare(findings, compared, before, after));
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

    private static void compare(Findings findings, Compared compared, Measured before, Measured after) {
        double former = compared.time().applyAsDouble(before);
        double parley = compared.time().applyAsDouble(after);
        Map<String, Double> bars = new LinkedHashMap<>();
        bars.put(before.label(), former);
        bars.put(after.label(), parley);
        boolean noError = after.first().errors() + after.again().errors() == 0;
        String what = after.label() + ": " + compared.what();
        findings.atMost(what, compared.max(), parley, noError, " instead of " + ms(former))
                .plot(Plot.bars(compared.plot(), "ms", bars));
    }
}
