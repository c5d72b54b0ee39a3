package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.percent;
import static dev.parley.benchmarks.load.Times.longest;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import java.util.ArrayList;
import java.util.List;

/** Many streams at once, each with a delta every 50 ms: whether all of it is delivered, and how evenly. */
public final class OpenStreams implements Scenario {
    private static final int MANY = 1_000;
    private static final int VERY_MANY = 3_000;
    private static final double DELIVERED_MIN = 0.99;
    private static final double GAP_MILLIS_MAX = 100;
    private static final double NOISE = 0.25;

    @Override
    public String name() {
        return "open-streams";
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        boolean quick = arena.effort() == Effort.QUICK;
        List<Crowd> crowds = new ArrayList<>();
        List<Rival> all = List.of(Rival.DIRECT, Rival.NGINX, Rival.PORTKEY, Rival.PARLEY);
        for (Rival rival : quick ? List.of(Rival.PARLEY) : all) {
            crowds.add(crowd(arena, rival, MANY));
        }
        for (Rival rival : quick ? List.<Rival>of() : List.of(Rival.DIRECT, Rival.PARLEY)) {
            crowds.add(crowd(arena, rival, VERY_MANY));
        }
        return findings(crowds);
    }

    private static Crowd crowd(Arena arena, Rival rival, int streams) throws InterruptedException {
        Contestant contestant = arena.warm(rival);
        arena.say(contestant.label() + " with " + number(streams) + " open streams");
        arena.calm();
        Crowd crowd = Crowd.gather(arena, contestant, streams, arena.effort().pick(5, 10));
        arena.generator().disconnect();
        return crowd;
    }

    private Findings findings(List<Crowd> crowds) {
        List<Row> rows = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        for (Crowd crowd : crowds) {
            if (crowd.rival() != Rival.PARLEY) {
                continue;
            }
            String seen = percent(crowd.delivered()) + " delivered, p99 gap " + ms(crowd.gapP99())
                    + (crowd.tally().errors() == 0 ? "" : ", " + crowd.tally().errors() + " errors");
            if (crowd.streams() == MANY) {
                rows.add(Row.judged(
                        number(MANY) + " open streams, a delta every 50 ms",
                        "full rate, p99 gap ≤ " + ms(GAP_MILLIS_MAX),
                        seen,
                        crowd.delivered() >= DELIVERED_MIN
                                && crowd.gapP99() <= GAP_MILLIS_MAX
                                && crowd.tally().errors() == 0));
                figures.add(Figure.lower("open-streams.gap-p99", crowd.gapP99(), "ms", 2 * NOISE));
                figures.add(Figure.higher("open-streams.delivered", crowd.delivered(), "share", NOISE / 5));
            } else {
                rows.add(Row.stated(number(crowd.streams()) + " open streams", seen));
            }
        }
        List<List<String>> lines = crowds.stream().map(OpenStreams::line).toList();
        List<String> head = List.of(
                "",
                "streams",
                "delivered",
                "gap p50",
                "gap p99",
                "longest",
                "first text p50",
                "errors",
                "cores in use");
        return new Findings(
                name(),
                "Open streams with a delta every 50 ms",
                rows,
                List.of(new Table("While all streams are open", head, lines)),
                figures,
                List.of(new Plot.Lines(
                        "Between two pieces of text of a stream",
                        PercentileCurve.AXIS,
                        new Plot.Axis("ms", true),
                        crowds.stream()
                                .map(crowd -> PercentileCurve.of(
                                        crowd.rival().label() + ", " + number(crowd.streams()),
                                        crowd.tally().gaps()))
                                .toList())),
                crowds.stream().flatMap(crowd -> crowd.flaws().stream()).toList());
    }

    private static List<String> line(Crowd crowd) {
        var gaps = crowd.tally().gaps();
        return List.of(
                crowd.rival().label(),
                number(crowd.streams()),
                percent(crowd.delivered()),
                ms(millis(gaps, 50)),
                ms(crowd.gapP99()),
                ms(longest(gaps)),
                ms(millis(crowd.tally().toFirstText(), 50)),
                Integer.toString(crowd.tally().errors()),
                crowd.cores());
    }
}
