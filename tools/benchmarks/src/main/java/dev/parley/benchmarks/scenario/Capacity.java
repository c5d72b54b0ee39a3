package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.times;
import static java.util.Objects.requireNonNull;

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
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The highest rate at which nobody waits: p95 of the first byte at most 100 ms, no error, 98 % of the load served. Each
 * answer has 50 deltas, which Claude says at once.
 */
public final class Capacity implements Scenario {
    private static final int TOKENS = 50;
    private static final double PORTKEY_MIN = 3;
    private static final double MOST = 12_800;
    private static final double NOISE = 0.25;
    private static final double ROUGHLY = 0.25;
    private static final double CLOSELY = 0.1;

    /** The rates where the search begins, and so whose fourfold or so is expected. */
    private static final Map<Rival, Double> FIRST =
            Map.of(Rival.DIRECT, 400.0, Rival.NGINX, 400.0, Rival.PORTKEY, 200.0, Rival.PARLEY, 100.0);

    /** The search of one contestant. */
    private record Search(Contestant contestant, Ladder ladder, List<Step> steps) {}

    @Override
    public String name() {
        return "capacity";
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        List<Search> searches = new ArrayList<>();
        for (Rival rival : arena.effort() == Effort.QUICK
                ? List.of(Rival.PORTKEY, Rival.PARLEY)
                : List.of(Rival.DIRECT, Rival.NGINX, Rival.PORTKEY, Rival.PARLEY)) {
            searches.add(new Search(
                    arena.warm(rival),
                    new Ladder(requireNonNull(FIRST.get(rival)), width(arena, rival), MOST),
                    new ArrayList<>()));
        }
        for (List<Search> open = searches;
                !open.isEmpty();
                open = open.stream().filter(search -> !search.ladder().done()).toList()) {
            List<Search> order = new ArrayList<>(open);
            Collections.shuffle(order, arena.random());
            for (Search search : order) {
                step(arena, search);
            }
        }
        return findings(searches);
    }

    /** How closely the limit is looked for; less so that of who only says what the machine could bear. */
    private static double width(Arena arena, Rival rival) {
        return switch (rival) {
            case DIRECT, NGINX -> ROUGHLY;
            default -> arena.effort() == Effort.QUICK ? ROUGHLY : CLOSELY;
        };
    }

    private static void step(Arena arena, Search search) throws InterruptedException {
        double rate = search.ladder().rate();
        int count = (int) Math.round(rate * arena.effort().pick(20, 30) / 10);
        arena.calm();
        Tally tally = arena.ask(search.contestant(), rate, count, TOKENS, Pace.AT_ONCE);
        Step step = Step.of(rate, tally);
        search.ladder().tried(step.passes());
        search.steps().add(step);
        arena.say("Capacity of " + search.contestant().label() + " at " + step.sentence());
        if (tally.errors() > 0) {
            arena.generator().disconnect();
        }
    }

    private Findings findings(List<Search> searches) {
        Map<Rival, Double> highest = new EnumMap<>(Rival.class);
        searches.forEach(search ->
                highest.put(search.contestant().rival(), search.ladder().highest()));
        double parley = requireNonNull(highest.get(Rival.PARLEY));
        double portkey = requireNonNull(highest.get(Rival.PORTKEY));
        return new Findings(
                name(),
                "Capacity: p95 first byte ≤ 100 ms, no error, ≥ 98 % of the load, 50 deltas an answer",
                List.of(Row.judged(
                        "capacity, answers of 50 deltas a second",
                        "≥ " + times(PORTKEY_MIN) + " Portkey's",
                        number(parley) + "/s, " + times(parley / portkey) + " Portkey's " + number(portkey) + "/s",
                        parley >= PORTKEY_MIN * portkey)),
                List.of(table(searches)),
                List.of(
                        Figure.higher("capacity.parley", parley, "/s", NOISE),
                        Figure.higher("capacity.portkey", portkey, "/s", NOISE)),
                List.of(plot(searches)),
                List.of("Direct is the limit of the simulated Claude and of the load generator, which share the cores"
                        + " with what is measured."));
    }

    private static Table table(List<Search> searches) {
        List<List<String>> lines = new ArrayList<>();
        for (Search search : searches) {
            String lateness = search.steps().stream()
                    .filter(Step::passes)
                    .max(Comparator.comparingDouble(Step::offered))
                    .map(step -> ms(step.lateness()))
                    .orElse("");
            lines.add(
                    List.of(search.contestant().label(), number(search.ladder().highest()) + "/s", lateness));
        }
        return new Table(
                "The highest rate that passed",
                List.of("", "answers a second", "the generator's own lateness there, p99"),
                lines);
    }

    private static Plot plot(List<Search> searches) {
        List<Plot.Curve> curves = searches.stream()
                .map(search -> new Plot.Curve(
                        search.contestant().label(),
                        search.steps().stream()
                                .sorted(Comparator.comparingDouble(Step::offered))
                                .map(step -> new Plot.Point(step.offered(), step.firstByteP95()))
                                .toList()))
                .toList();
        return new Plot.Lines(
                "First byte, p95, as the load grows",
                new Plot.Axis("answers of 50 deltas a second", true),
                new Plot.Axis("ms", true),
                curves);
    }
}
