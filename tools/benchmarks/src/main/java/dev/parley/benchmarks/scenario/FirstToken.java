package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.times;
import static dev.parley.benchmarks.load.Times.millis;
import static java.util.Objects.requireNonNull;

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
import dev.parley.benchmarks.hops.HopChain;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a contestant adds to the time to the first token, at 20 requests a second, and what Kafka alone takes over the same
 * hops. Added is a percentile of the contestant less the median of calling Claude directly.
 */
public final class FirstToken implements Scenario {
    private static final double PER_SECOND = 20;
    private static final int TOKENS = 20;
    private static final Pace PACE = new Pace(0, 100);
    private static final List<Rival> QUICK_RIVALS = List.of(Rival.DIRECT, Rival.PORTKEY, Rival.PARLEY);
    private static final List<Rival> RIVALS = List.of(Rival.DIRECT, Rival.NGINX, Rival.PORTKEY, Rival.PARLEY);
    private static final int HOPS_WARM_UP = 1_000;
    private static final double HOPS_WARM_UP_PER_SECOND = 500;

    private static final double MEDIAN_HOPS_MAX = 3;
    private static final double P99_HOPS_MAX = 6;
    private static final double PORTKEY_MIN = 8;
    private static final double NOISE = 0.25;

    @Override
    public String name() {
        return "first-token";
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Map<Rival, Tally> tallies = new EnumMap<>(Rival.class);
        Histogram hopTimes = Tally.histogram();
        int count = arena.effort().pick(60, 100);
        List<Rounds.Turn> turns = new ArrayList<>();
        for (Rival rival : arena.effort() == Effort.QUICK ? QUICK_RIVALS : RIVALS) {
            Contestant contestant = arena.warm(rival);
            turns.add(() -> tallies.merge(rival, arena.ask(contestant, PER_SECOND, count, TOKENS, PACE), Tally::plus));
        }
        try (HopChain hops = HopChain.on(arena.contestants().stack().stack().kafka())) {
            hops.run(Arrivals.even(HOPS_WARM_UP_PER_SECOND, HOPS_WARM_UP));
            turns.add(() -> hopTimes.add(
                    hops.run(Arrivals.random(PER_SECOND, count, arena.random().nextLong()))));
            Rounds.shuffled(arena, "Time to first token", arena.effort().pick(2, 5), turns);
        }
        return findings(tallies, hopTimes);
    }

    private Findings findings(Map<Rival, Tally> tallies, Histogram hops) {
        Added limit = new Added(millis(hops, 50), millis(hops, 99));
        Map<Rival, Added> added = new EnumMap<>(Rival.class);
        Histogram direct = of(Rival.DIRECT, tallies).toFirstText();
        tallies.forEach((rival, tally) -> added.put(rival, Added.over(direct, tally.toFirstText())));
        Added parley = requireNonNull(added.get(Rival.PARLEY));
        Added portkey = requireNonNull(added.get(Rival.PORTKEY));
        List<Row> rows = new ArrayList<>(List.of(
                Row.judged(
                        "first token added, median",
                        "≤ " + times(MEDIAN_HOPS_MAX) + " Kafka over the same hops",
                        ms(parley.median()) + ", " + times(parley.median() / limit.median()),
                        parley.median() <= MEDIAN_HOPS_MAX * limit.median()),
                Row.judged(
                        "first token added, p99",
                        "≤ " + times(P99_HOPS_MAX) + " Kafka over the same hops",
                        ms(parley.p99()) + ", " + times(parley.p99() / limit.p99()),
                        parley.p99() <= P99_HOPS_MAX * limit.p99()),
                Row.judged(
                        "first token added, median, beside Portkey",
                        times(PORTKEY_MIN) + " less",
                        times(portkey.median() / parley.median()) + " less than " + ms(portkey.median()),
                        PORTKEY_MIN * parley.median() <= portkey.median())));
        return new Findings(
                name(),
                "Time to first token added, 20 requests/s",
                rows,
                List.of(table(tallies, added, limit)),
                List.of(
                        Figure.lower("first-token.added-median", parley.median(), "ms", NOISE),
                        Figure.lower("first-token.added-p99", parley.p99(), "ms", 2 * NOISE),
                        Figure.lower("first-token.hops-median", limit.median(), "ms", NOISE)),
                List.of(plot(tallies, hops)),
                List.of());
    }

    private static Plot plot(Map<Rival, Tally> tallies, Histogram hops) {
        List<Plot.Curve> curves = new ArrayList<>();
        tallies.forEach((rival, tally) -> curves.add(PercentileCurve.of(rival.label(), tally.toFirstText())));
        curves.add(PercentileCurve.of("Kafka alone", hops));
        return new Plot.Lines(
                "Time to the first token of a Claude that answers at once",
                PercentileCurve.AXIS,
                new Plot.Axis("ms", true),
                curves);
    }

    private static Table table(Map<Rival, Tally> tallies, Map<Rival, Added> added, Added hops) {
        List<List<String>> lines = new ArrayList<>();
        tallies.forEach((rival, tally) -> {
            Added more = requireNonNull(added.get(rival));
            lines.add(List.of(
                    rival.label(),
                    ms(millis(tally.toFirstText(), 50)),
                    ms(millis(tally.toFirstText(), 99)),
                    ms(more.median()),
                    ms(more.p99()),
                    tally.answered() + " of " + tally.asked()));
        });
        lines.add(List.of("Kafka, " + HopChain.HOPS + " hops", "", "", ms(hops.median()), ms(hops.p99()), ""));
        return new Table(
                "To the first piece of text",
                List.of("", "median", "p99", "added", "added p99", "right answers"),
                lines);
    }

    private static Tally of(Rival rival, Map<Rival, Tally> tallies) {
        return requireNonNull(tallies.get(rival));
    }

    /** In milliseconds. */
    private record Added(double median, double p99) {
        static Added over(Histogram direct, Histogram times) {
            double less = millis(direct, 50);
            return new Added(millis(times, 50) - less, millis(times, 99) - less);
        }
    }
}
