package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.percent;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import dev.parley.benchmarks.turns.TurnCopies;
import dev.parley.benchmarks.turns.TurnLag;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Whether a stream takes longer when a million turns are stored. Writing them takes much longer than measuring. */
public final class StoredTurns implements Scenario {
    private static final double PER_SECOND = 20;
    private static final int COUNT = 300;
    private static final int TOKENS = 20;
    private static final Pace PACE = new Pace(0, 100);
    private static final int BATCH = 50_000;
    private static final Duration BATCH_WITHIN = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final double GROWTH_MAX = 0.2;
    private static final double NOISE = 0.1;

    private final int turns;

    /**
     * With a history of this length.
     *
     * @param turns how many are stored for the second measurement
     */
    public StoredTurns(int turns) {
        this.turns = turns;
    }

    @Override
    public String name() {
        return "stored-turns";
    }

    @Override
    public boolean in(Effort effort) {
        return false;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        Tally few = arena.ask(parley, PER_SECOND, COUNT, TOKENS, PACE);
        String kafka = arena.contestants().stack().stack().kafka();
        TurnCopies copies = new TurnCopies(kafka, Clock.systemUTC());
        try (TurnLag lag = new TurnLag(kafka)) {
            for (int written = 0; written < turns; written += BATCH) {
                copies.write(Math.min(BATCH, turns - written));
                awaitStored(lag);
                arena.say(number(Math.min(turns, written + BATCH)) + " turns are stored");
            }
        }
        arena.calm();
        Tally many = arena.ask(parley, PER_SECOND, COUNT, TOKENS, PACE);
        return findings(few, many);
    }

    private static void awaitStored(TurnLag lag) throws InterruptedException {
        long deadline = System.nanoTime() + BATCH_WITHIN.toNanos();
        while (lag.get() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("turns are not stored within " + BATCH_WITHIN);
            }
            Calm.until(System.nanoTime() + BETWEEN_LOOKS.toNanos());
        }
    }

    private Findings findings(Tally few, Tally many) {
        double before = millis(few.toEnd(), 50);
        double after = millis(many.toEnd(), 50);
        int errors = few.errors() + many.errors();
        return new Findings(
                name(),
                "Time of a stream as turns are stored",
                List.of(Row.judged(
                        "time of a stream with " + number(turns) + " stored turns, beside none",
                        "± " + percent(GROWTH_MAX),
                        percent(after / before - 1) + ", " + ms(before) + " → " + ms(after),
                        Math.abs(after / before - 1) <= GROWTH_MAX && errors == 0)),
                List.of(new Table(
                        "20 requests a second, 20 deltas each",
                        List.of("stored turns", "first text p50", "first text p99", "whole p50", "whole p99", "errors"),
                        List.of(line("hardly any", few), line(number(turns), many)))),
                List.of(Figure.lower("stored-turns.many", after, "ms", NOISE)),
                List.of(),
                List.of());
    }

    private static List<String> line(String stored, Tally tally) {
        return List.of(
                stored,
                ms(millis(tally.toFirstText(), 50)),
                ms(millis(tally.toFirstText(), 99)),
                ms(millis(tally.toEnd(), 50)),
                ms(millis(tally.toEnd(), 99)),
                Integer.toString(tally.errors()));
    }
}
