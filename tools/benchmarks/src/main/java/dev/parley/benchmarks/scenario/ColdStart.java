package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.times;
import static dev.parley.benchmarks.load.Times.longest;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.ParleyStack;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;

/** From the start of a service's process until it is ready, and what its first request pays that its 1,000th does not. */
public final class ColdStart implements Scenario {
    private static final double READY_SECONDS_MAX = 2.5;
    private static final double FIRST_MAX = 2;
    private static final double NOISE = 0.15;
    private static final double PER_SECOND = 100;
    private static final int UNTIL_LAST = 900;
    private static final int LAST = 100;
    private static final int TOKENS = 20;

    /** A Claude that answers at once hides nothing of what a service takes. */
    private static final Pace PACE = new Pace(0, 200);

    @Override
    public String name() {
        return "cold-start";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        LocalStack stack = arena.contestants().stack().stack();
        List<Row> rows = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        for (String service : ParleyStack.SERVICES) {
            arena.say("Cold start of " + service);
            arena.calm();
            stack.process(service, 0).stop();
            long begin = System.nanoTime();
            stack.process(service, 0).start();
            double seconds = (System.nanoTime() - begin) / 1e9;
            rows.add(Row.judged(
                    service + ": process start to ready",
                    "≤ " + number(READY_SECONDS_MAX) + " s",
                    number(seconds) + " s",
                    seconds <= READY_SECONDS_MAX));
            figures.add(Figure.lower("cold-start." + service, seconds, "s", NOISE));
        }
        arena.say("First requests after the start");
        Tally first = arena.ask(parley, PER_SECOND, 1, TOKENS, PACE);
        arena.ask(parley, PER_SECOND, UNTIL_LAST, TOKENS, PACE);
        Tally last = arena.ask(parley, PER_SECOND, LAST, TOKENS, PACE);
        double firstMillis = millis(first.toFirstText(), 50);
        double lastMillis = millis(last.toFirstText(), 50);
        rows.add(Row.judged(
                "first request after all services have started, beside the 1,000th",
                "≤ " + times(FIRST_MAX),
                times(firstMillis / lastMillis) + ", " + ms(firstMillis) + " to the first token",
                first.errors() == 0 && firstMillis <= FIRST_MAX * lastMillis));
        figures.add(Figure.lower("cold-start.first-request", firstMillis, "ms", NOISE));
        return new Findings(
                name(),
                "Cold start, one service after the other",
                rows,
                List.of(table(first, last)),
                figures,
                List.of(),
                List.of());
    }

    private static Table table(Tally first, Tally last) {
        return new Table(
                "To the first token of a Claude that answers at once",
                List.of("the first", "the 901st to 1,000th, median", "their slowest"),
                List.of(List.of(
                        ms(millis(first.toFirstText(), 50)),
                        ms(millis(last.toFirstText(), 50)),
                        ms(longest(last.toFirstText())))));
    }
}
