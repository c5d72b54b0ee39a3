package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.percent;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Rounds;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Whether a stream takes longer when more of them are open: answers of 40 deltas in 2 s, 10 to 1,000 at a time. */
public final class StreamGrowth implements Scenario {
    private static final int TOKENS = 40;
    private static final Pace PACE = new Pace(0, 20);
    private static final double STREAM_SECONDS = 2;
    private static final List<Integer> OPEN = List.of(10, 100, 300, 1_000);
    private static final List<Integer> OPEN_QUICK = List.of(10, 300);
    private static final double GROWTH_MAX = 0.2;
    private static final double NOISE = 0.1;

    @Override
    public String name() {
        return "stream-growth";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        NavigableMap<Integer, Tally> tallies = new TreeMap<>();
        List<Rounds.Turn> turns = new ArrayList<>();
        int seconds = arena.effort().pick(4, 8);
        for (int open : arena.effort() == Effort.QUICK ? OPEN_QUICK : OPEN) {
            double perSecond = open / STREAM_SECONDS;
            int count = (int) Math.max(20, perSecond * seconds);
            turns.add(() -> tallies.merge(open, arena.ask(parley, perSecond, count, TOKENS, PACE), Tally::plus));
        }
        Rounds.shuffled(arena, "Time of a stream beside others", 1, turns);
        return findings(tallies);
    }

    private Findings findings(NavigableMap<Integer, Tally> tallies) {
        double few = median(tallies.firstEntry().getValue());
        double many = median(tallies.lastEntry().getValue());
        int errors = tallies.values().stream().mapToInt(Tally::errors).sum();
        List<List<String>> lines = new ArrayList<>();
        List<Plot.Point> median = new ArrayList<>();
        List<Plot.Point> p99 = new ArrayList<>();
        tallies.forEach((open, tally) -> {
            double slow = millis(tally.toEnd(), 99);
            median.add(new Plot.Point(open, median(tally)));
            p99.add(new Plot.Point(open, slow));
            lines.add(List.of(number(open), ms(median(tally)), ms(slow), tally.answered() + " of " + tally.asked()));
        });
        return new Findings(
                name(),
                "Time of a stream of 2 s as more are open",
                List.of(Row.judged(
                        "time of a stream with " + number(tallies.lastKey()) + " open, beside " + tallies.firstKey(),
                        "± " + percent(GROWTH_MAX),
                        percent(many / few - 1) + ", " + ms(few) + " → " + ms(many)
                                + (errors == 0 ? "" : ", " + errors + " errors"),
                        Math.abs(many / few - 1) <= GROWTH_MAX && errors == 0)),
                List.of(new Table(
                        "From when it was due to its last byte",
                        List.of("streams open", "median", "p99", "right answers"),
                        lines)),
                List.of(Figure.lower("stream-growth.many", many, "ms", NOISE)),
                List.of(new Plot.Lines(
                        "Time of a stream of 2 s",
                        new Plot.Axis("streams open", true),
                        new Plot.Axis("ms", false),
                        List.of(new Plot.Curve("median", median), new Plot.Curve("p99", p99)))),
                List.of());
    }

    private static double median(Tally tally) {
        return millis(tally.toEnd(), 50);
    }
}
