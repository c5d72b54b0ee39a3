package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.load.Times.longest;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Repeated;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The endpoint as it was beside Parley, with a Claude that takes 450 ms to the first token and 4,000 ms in all. */
public final class Replacement implements Scenario {
    private static final int DELTAS_PER_SECOND = 20;
    private static final Pace PACE = new Pace(450, DELTAS_PER_SECOND);

    /** The last of them comes 3,550 ms after the first. */
    private static final int TOKENS = 72;

    private static final double PER_SECOND = 2;
    private static final Duration SLOW_WRITE = Duration.ofSeconds(2);
    private static final double FIRST_MILLIS_MAX = 500;
    private static final double WHOLE_MILLIS_MAX = 4_050;
    private static final double REPEATED_MILLIS_MAX = 10;
    private static final double NOISE = 0.1;

    /** What a client sees of one contestant. */
    private record Seen(String label, Tally first, Tally again) {
        double firstWord() {
            return millis(first.toFirstText(), 50);
        }

        double whole() {
            return millis(first.toEnd(), 50);
        }

        double repeated() {
            return millis(again.toEnd(), 50);
        }

        boolean sound() {
            return first.errors() + again.errors() == 0;
        }
    }

    @Override
    public String name() {
        return "replacement";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        int count = arena.effort().pick(6, 20);
        Contestant predecessor = arena.contestants().get(Rival.PREDECESSOR);
        Contestant parley = arena.warm(Rival.PARLEY);
        arena.say("The endpoint as it was");
        Seen before =
                ask(arena, predecessor, predecessor.label(), arena.effort().pick(2, 10));
        arena.say("Parley in its place");
        Seen after = ask(arena, parley, parley.label(), count);
        arena.say("Parley, and a DynamoDB that takes 2 s for a write");
        arena.contestants().stack().slowDownDynamoDb(SLOW_WRITE);
        try {
            Seen slow = ask(arena, parley, "Parley, DynamoDB at 2 s a write", count);
            return findings(before, after, slow);
        } finally {
            arena.contestants().stack().slowDownDynamoDb(Duration.ZERO);
            arena.calm();
        }
    }

    private static Seen ask(Arena arena, Contestant contestant, String label, int count) throws InterruptedException {
        List<Request> questions = arena.questions().next(count, TOKENS, PACE);
        Tally first = run(arena, contestant, questions);
        if (contestant.rival() == Rival.PREDECESSOR) {
            return new Seen(label, first, run(arena, contestant, questions));
        }
        Repeated.untilCached(arena, contestant, questions);
        return new Seen(label, first, run(arena, contestant, questions));
    }

    private static Tally run(Arena arena, Contestant contestant, List<Request> questions) throws InterruptedException {
        return arena.generator()
                .run(new Load(contestant.target(), Arrivals.even(PER_SECOND, questions.size()), questions));
    }

    private Findings findings(Seen before, Seen after, Seen slow) {
        List<Row> rows = new ArrayList<>();
        for (Seen seen : List.of(after, slow)) {
            rows.add(row(seen.label() + ": first word", before.firstWord(), FIRST_MILLIS_MAX, seen.firstWord(), seen));
            rows.add(row(seen.label() + ": whole answer", before.whole(), WHOLE_MILLIS_MAX, seen.whole(), seen));
            rows.add(row(
                    seen.label() + ": repeated question",
                    before.repeated(),
                    REPEATED_MILLIS_MAX,
                    seen.repeated(),
                    seen));
        }
        List<List<String>> lines = new ArrayList<>();
        for (Seen seen : List.of(before, after, slow)) {
            lines.add(List.of(
                    seen.label(),
                    ms(seen.firstWord()),
                    ms(seen.whole()),
                    ms(longest(seen.first().toEnd())),
                    ms(seen.repeated()),
                    seen.first().answered() + " of " + seen.first().asked()));
        }
        return new Findings(
                name(),
                "The endpoint as it was, and Parley: Claude at 450 ms to the first token, 4,000 ms in all",
                rows,
                List.of(new Table(
                        "Medians, as the client sees them",
                        List.of("", "first word", "whole answer", "slowest", "repeated question", "right answers"),
                        lines)),
                List.of(
                        Figure.lower("replacement.first-word", after.firstWord(), "ms", NOISE),
                        Figure.lower("replacement.whole", after.whole(), "ms", NOISE)),
                List.of(
                        bars("Until the first word", before.firstWord(), after.firstWord(), slow.firstWord()),
                        bars("Until the whole answer", before.whole(), after.whole(), slow.whole()),
                        bars("A repeated question, whole", before.repeated(), after.repeated(), slow.repeated())),
                List.of());
    }

    private static Plot bars(String title, double before, double after, double slow) {
        return new Plot.Bars(
                title,
                "ms",
                List.of(
                        new Plot.Bar("the endpoint as it was", "direct", before),
                        new Plot.Bar("Parley", "Parley", after),
                        new Plot.Bar("Parley, DynamoDB at 2 s a write", "Parley", slow)));
    }

    private static Row row(String what, double before, double max, double seen, Seen of) {
        return Row.judged(what, "≤ " + ms(max), ms(seen) + " instead of " + ms(before), seen <= max && of.sound());
    }
}
