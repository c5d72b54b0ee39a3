package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.load.Times.longest;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Repeated;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.contestant.SpokenTokens;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Questions that were asked before, 200 a second: the whole answer, from the cache. */
public final class CachedAnswer implements Scenario {
    private static final double PER_SECOND = 200;
    private static final int QUESTIONS = 100;
    private static final int TOKENS = 50;
    private static final double MEDIAN_MILLIS_MAX = 5;
    private static final double P99_MILLIS_MAX = 10;
    private static final double NOISE = 0.25;

    @Override
    public String name() {
        return "cached";
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        List<Request> questions = arena.questions().next(QUESTIONS, TOKENS, Pace.AT_ONCE);
        Repeated.untilCached(arena, parley, questions);
        // What answers from the cache becomes warm by answering from it.
        again(arena, parley, questions, arena.effort().pick(400, 2_000));
        arena.calm();
        arena.say("Cached answers, 200 a second");
        URI claude = arena.contestants().stack().stack().simulator();
        long before = SpokenTokens.of(claude);
        Tally tally = again(arena, parley, questions, arena.effort().pick(800, 4_000));
        return findings(tally, SpokenTokens.of(claude) - before);
    }

    private static Tally again(Arena arena, Contestant contestant, List<Request> questions, int count)
            throws InterruptedException {
        List<Request> repeated = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            repeated.add(questions.get(arena.random().nextInt(questions.size())));
        }
        return arena.generator()
                .run(new Load(
                        contestant.target(),
                        Arrivals.random(PER_SECOND, count, arena.random().nextLong()),
                        repeated));
    }

    private Findings findings(Tally tally, long spoken) {
        double median = millis(tally.toEnd(), 50);
        double p99 = millis(tally.toEnd(), 99);
        boolean sound = tally.errors() == 0 && spoken == 0;
        String remark = sound ? "" : ", " + tally.errors() + " errors, " + spoken + " tokens from Claude";
        return new Findings(
                name(),
                "Cached answers, 200 requests/s, to the last byte",
                List.of(
                        Row.judged(
                                "cached answer to its last byte, 200/s, median",
                                "≤ " + ms(MEDIAN_MILLIS_MAX),
                                ms(median) + remark,
                                sound && median <= MEDIAN_MILLIS_MAX),
                        Row.judged(
                                "cached answer to its last byte, 200/s, p99",
                                "≤ " + ms(P99_MILLIS_MAX),
                                ms(p99) + remark,
                                sound && p99 <= P99_MILLIS_MAX)),
                List.of(new Table(
                        "From when the question was due",
                        List.of("", "p50", "p90", "p99", "longest", "right answers"),
                        List.of(List.of(
                                "whole answer",
                                ms(median),
                                ms(millis(tally.toEnd(), 90)),
                                ms(p99),
                                ms(longest(tally.toEnd())),
                                tally.answered() + " of " + tally.asked())))),
                List.of(
                        Figure.lower("cached.median", median, "ms", NOISE),
                        Figure.lower("cached.p99", p99, "ms", 2 * NOISE)),
                List.of(),
                List.of());
    }
}
