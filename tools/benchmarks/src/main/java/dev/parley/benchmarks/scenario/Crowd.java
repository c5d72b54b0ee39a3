package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.arena.CoresInUse;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.load.Window;
import dev.parley.benchmarks.question.Pace;
import java.time.Duration;
import java.util.List;

/**
 * Streams that were open at the same time, each with a delta every 50 ms.
 *
 * @param expected deltas while all were open
 * @param cores what each process took of the processor meanwhile
 */
record Crowd(Rival rival, int streams, double expected, Tally tally, String cores) {
    private static final int DELTAS_PER_SECOND = 20;
    private static final double OPENED_PER_SECOND = 200;

    /** From the opening of the last stream until it counts. */
    private static final double SETTLE_SECONDS = 1.5;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(90);
    private static final double NANOS_PER_SECOND = 1e9;

    /** Opens streams one after the other, and counts while all of them are open. */
    static Crowd gather(Arena arena, Contestant contestant, int streams, int seconds) throws InterruptedException {
        double opening = streams / OPENED_PER_SECOND;
        double from = opening + SETTLE_SECONDS;
        double until = from + seconds;
        int tokens = (int) Math.ceil((until + 1) * DELTAS_PER_SECOND);
        Load load = new Load(
                contestant.target(),
                Arrivals.even(OPENED_PER_SECOND, streams),
                arena.questions().next(streams, tokens, new Pace(0, DELTAS_PER_SECOND)),
                new Window(Math.round(from * NANOS_PER_SECOND), Math.round(until * NANOS_PER_SECOND)),
                ANSWER_MAX);
        CoresInUse cores = CoresInUse.of(arena.contestants(), contestant);
        long begin = System.nanoTime();
        var running = arena.generator().begin(load);
        Calm.until(begin + load.window().from());
        cores.begin();
        Calm.until(begin + load.window().until());
        String used = cores.sentence();
        Tally tally = LoadGenerator.await(running, load);
        return new Crowd(contestant.rival(), streams, (double) streams * DELTAS_PER_SECOND * seconds, tally, used);
    }

    /** The share of the deltas that came in time. */
    double delivered() {
        return tally.pieces() / expected;
    }

    double gapP99() {
        return millis(tally.gaps(), 99);
    }

    List<String> flaws() {
        return tally.errors() == 0
                ? List.of()
                : List.of(rival.label() + " with " + number(streams) + " streams: " + tally.errors()
                        + " errors, the first: " + tally.firstFlaw());
    }
}
