package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.times;
import static dev.parley.benchmarks.load.Times.longest;
import static dev.parley.benchmarks.load.Times.millis;
import static java.util.Objects.requireNonNull;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Rounds;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.load.Window;
import dev.parley.benchmarks.question.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** 100 small streams with a delta every 50 ms, and whether they notice one request of 500 KB among them. */
public final class LargeRequest implements Scenario {
    private static final int STREAMS = 100;
    private static final double OPENED_PER_SECOND = 100;
    private static final int DELTAS_PER_SECOND = 20;
    private static final int LARGE_BYTES = 500 * 1024;
    private static final long SECOND = 1_000_000_000L;

    /** The large request comes at its beginning; it is over long before its end. */
    private static final Window WINDOW = new Window(3 * SECOND, 5 * SECOND);

    private static final int TOKENS = 6 * DELTAS_PER_SECOND;
    private static final double GROWTH_MAX = 2;
    private static final double NOISE = 0.5;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    /** What was seen of one contestant, without the large request and with it. */
    private record Pair(Tally without, Tally with, Tally large) {
        Pair plus(Pair other) {
            return new Pair(without.plus(other.without), with.plus(other.with), large.plus(other.large));
        }

        double growth() {
            return (double) with.gaps().getValueAtPercentile(99)
                    / without.gaps().getValueAtPercentile(99);
        }
    }

    @Override
    public String name() {
        return "large-request";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Map<Rival, Pair> pairs = new EnumMap<>(Rival.class);
        List<Rounds.Turn> turns = new ArrayList<>();
        for (Rival rival : arena.effort() == Effort.QUICK
                ? List.of(Rival.PARLEY)
                : List.of(Rival.DIRECT, Rival.PORTKEY, Rival.PARLEY)) {
            Contestant contestant = arena.warm(rival);
            // Whose first large request it is has code to compile.
            arena.generator().run(large(arena, contestant));
            turns.add(() -> pairs.merge(rival, pair(arena, contestant), Pair::plus));
        }
        Rounds.shuffled(
                arena, "A large request among small streams", arena.effort().pick(1, 2), turns);
        return findings(pairs);
    }

    private static Pair pair(Arena arena, Contestant contestant) throws InterruptedException {
        Load alone = small(arena, contestant);
        Tally without = arena.generator().run(alone);
        arena.calm();
        Load disturbed = small(arena, contestant);
        Load large = large(arena, contestant);
        long begin = System.nanoTime();
        var running = arena.generator().begin(disturbed);
        Calm.until(begin + WINDOW.from());
        Tally largeOnes = arena.generator().run(large);
        return new Pair(without, LoadGenerator.await(running, disturbed), largeOnes);
    }

    private static Load small(Arena arena, Contestant contestant) {
        return new Load(
                contestant.target(),
                Arrivals.even(OPENED_PER_SECOND, STREAMS),
                arena.questions().next(STREAMS, TOKENS, new Pace(0, DELTAS_PER_SECOND)),
                WINDOW,
                ANSWER_MAX);
    }

    private static Load large(Arena arena, Contestant contestant) {
        return new Load(
                contestant.target(),
                Arrivals.even(1, 1),
                arena.questions().next(1, DELTAS_PER_SECOND, Pace.AT_ONCE, LARGE_BYTES));
    }

    private Findings findings(Map<Rival, Pair> pairs) {
        Pair parley = requireNonNull(pairs.get(Rival.PARLEY));
        List<List<String>> lines = new ArrayList<>();
        pairs.forEach((rival, pair) -> lines.add(List.of(
                rival.label(),
                ms(gap(pair.without())),
                ms(gap(pair.with())),
                ms(longest(pair.without().gaps())),
                ms(longest(pair.with().gaps())),
                ms(millis(pair.large().toFirstText(), 50)),
                Integer.toString(errors(pair)))));
        return new Findings(
                name(),
                "One request of 500 KB among 100 small streams",
                List.of(Row.judged(
                        "p99 gap of 100 small streams beside a request of 500 KB",
                        "≤ " + times(GROWTH_MAX) + " that without it",
                        times(parley.growth()) + ", " + ms(gap(parley.without())) + " → " + ms(gap(parley.with())),
                        parley.growth() <= GROWTH_MAX && errors(parley) == 0)),
                List.of(new Table(
                        "In the two seconds after the large request",
                        List.of(
                                "",
                                "gap p99",
                                "with it",
                                "longest gap",
                                "with it",
                                "first text of the large one",
                                "errors"),
                        lines)),
                List.of(Figure.lower("large-request.gap-p99", gap(parley.with()), "ms", NOISE)),
                List.of(),
                List.of(number(STREAMS) + " streams, a delta every 50 ms."));
    }

    private static double gap(Tally tally) {
        return millis(tally.gaps(), 99);
    }

    private static int errors(Pair pair) {
        return pair.without().errors() + pair.with().errors() + pair.large().errors();
    }
}
