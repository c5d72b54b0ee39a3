package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.hops.HopChain;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import dev.parley.benchmarks.simulation.Derivation;
import dev.parley.benchmarks.simulation.Derivation.Taken;
import dev.parley.benchmarks.simulation.ServiceTimes;
import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import dev.parley.benchmarks.simulation.ServiceTimes.Hops;
import dev.parley.benchmarks.simulation.ServiceTimes.Point;
import dev.parley.benchmarks.simulation.ServiceTimes.Spread;
import dev.parley.benchmarks.simulation.Simulator;
import dev.parley.benchmarks.simulation.Stage;
import dev.parley.benchmarks.simulation.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What each process takes of the processor for a request, a record and a delta, when it is well in use: the file that
 * {@code --simulate} reads. Short answers and long ones tell requests from deltas; long ones that are said at once tell
 * deltas from records; many open streams tell what a record costs when a thread finds many at once.
 */
public final class StageTimes implements Scenario {
    private static final double CALM_PER_SECOND = 20;
    private static final int COUNT = 300;
    private static final int MORE = 2 * COUNT;
    private static final int FEW = 5;
    private static final int MANY = 105;
    private static final Pace PACE = new Pace(0, 20);
    private static final double BUSY_PER_SECOND = 60;
    private static final int BUSY_DELTAS = 50;
    private static final Pace BUSY_PACE = new Pace(0, 50);
    private static final int STREAMS = 500;
    private static final int STREAMS_MANY = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(8);
    private static final long SEED = 1;

    private final Path file;
    private final String measuredOn;
    private final int cores;

    /**
     * Writes a file when it has measured.
     *
     * @param measuredOn the machine and the commit
     */
    public StageTimes(Path file, String measuredOn, int cores) {
        this.file = file;
        this.measuredOn = measuredOn;
        this.cores = cores;
    }

    @Override
    public String name() {
        return "service-times";
    }

    /** On demand: nothing of it is a target. */
    @Override
    public boolean in(Effort effort) {
        return false;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        Contestant direct = arena.warm(Rival.DIRECT);
        StageClock clock = new StageClock(arena.contestants().stack());
        arena.ask(parley, BUSY_PER_SECOND, MORE, BUSY_DELTAS, BUSY_PACE);
        arena.say("Service times: nobody asks, and Kafka alone");
        StageSpending idle = StageSpending.of(arena, clock, () -> {
            Calm.until(System.nanoTime() + IDLE.toNanos());
            return new Tally();
        });
        Hops hops = hops(arena);
        arena.say("Service times: short answers, long ones, and long ones at once");
        StageSpending few = StageSpending.of(arena, clock, () -> arena.ask(parley, BUSY_PER_SECOND, MORE, FEW, PACE));
        StageSpending many = StageSpending.of(arena, clock, () -> arena.ask(parley, BUSY_PER_SECOND, MORE, MANY, PACE));
        StageSpending together =
                StageSpending.of(arena, clock, () -> arena.ask(parley, BUSY_PER_SECOND, MORE, MANY, Pace.AT_ONCE));
        arena.say("Service times: few answers, many answers, and many open streams");
        StageSpending quiet =
                StageSpending.of(arena, clock, () -> arena.ask(parley, CALM_PER_SECOND, COUNT, MANY, PACE));
        Tally calling = arena.ask(direct, CALM_PER_SECOND, COUNT, FEW, PACE);
        StageSpending busy =
                StageSpending.of(arena, clock, () -> arena.ask(parley, BUSY_PER_SECOND, MORE, BUSY_DELTAS, BUSY_PACE));
        Tally busyCalling = arena.ask(direct, BUSY_PER_SECOND, MORE, BUSY_DELTAS, BUSY_PACE);
        StageSpending crowd = StageSpending.ofCrowd(arena, clock, parley, STREAMS, PACE);
        StageSpending larger = StageSpending.ofCrowd(arena, clock, parley, STREAMS_MANY, PACE);
        Map<Stage, Cost> costs =
                costs(few.without(idle), many.without(idle), together.without(idle), larger.without(idle));
        Point calm = point(
                "calm", Traffic.random(CALM_PER_SECOND, MANY, PACE.tokensPerSecond()), quiet, Optional.of(calling));
        List<Point> points = List.of(
                calm,
                point(
                        "busy",
                        Traffic.random(BUSY_PER_SECOND, BUSY_DELTAS, BUSY_PACE.tokensPerSecond()),
                        busy,
                        Optional.of(busyCalling)),
                point("500 open streams", crowded(STREAMS), crowd, Optional.empty()),
                point("1,000 open streams", crowded(STREAMS_MANY), larger, Optional.empty()));
        ServiceTimes times = new ServiceTimes(measuredOn, cores, costs, 1, idle.cores(), hops, points);
        ServiceTimes fitted = Derivation.fit(times, Simulator.machine(cores), calm, SEED);
        fitted.write(file);
        return findings(fitted);
    }

    private static Map<Stage, Cost> costs(
            StageSpending few, StageSpending many, StageSpending together, StageSpending crowd) {
        double crowdDeltas = Math.max(1, (double) crowd.tally().pieces());
        Map<Stage, Cost> costs = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            Taken taken = new Taken(
                    few.of(stage, MORE), many.of(stage, MORE), together.of(stage, MORE), crowd.of(stage, crowdDeltas));
            costs.put(stage, Derivation.cost(taken, FEW, MANY));
        }
        return costs;
    }

    private static Traffic crowded(int streams) {
        int deltas = Math.toIntExact(StageSpending.ANSWER_MAX.toSeconds() * PACE.tokensPerSecond());
        return new Traffic(StageSpending.OPENED_PER_SECOND, 1, streams, deltas, PACE.tokensPerSecond(), 0);
    }

    private static Point point(String name, Traffic traffic, StageSpending spent, Optional<Tally> direct) {
        Histogram first = spent.tally().toFirstText();
        return new Point(
                name,
                traffic,
                direct.map(calling -> {
                    double less = millis(calling.toFirstText(), 50);
                    return new Spread(millis(first, 50) - less, millis(first, 99) - less);
                }),
                Optional.of(new Spread(
                        millis(spent.tally().gaps(), 50), millis(spent.tally().gaps(), 99))),
                direct.isPresent() ? Optional.empty() : Optional.of(spent.cores()));
    }

    private static Hops hops(Arena arena) throws InterruptedException {
        try (HopChain chain = HopChain.on(arena.contestants().stack().stack().kafka())) {
            chain.run(Arrivals.even(CALM_PER_SECOND * 20, COUNT * 3));
            Histogram times = chain.run(
                    Arrivals.random(CALM_PER_SECOND, COUNT, arena.random().nextLong()));
            return new Hops(HopChain.HOPS, millis(times, 50), millis(times, 99));
        }
    }

    private Findings findings(ServiceTimes times) {
        List<List<String>> lines = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            Cost cost = times.of(stage);
            lines.add(List.of(
                    stage.name(),
                    number(cost.request()),
                    number(cost.wakeUp()),
                    number(cost.record()),
                    number(cost.delta())));
        }
        return new Findings(
                name(),
                "Service times",
                List.of(Row.stated("service times", "written to " + file)),
                List.of(
                        new Table(
                                "Microseconds of processor time",
                                List.of("", "request", "round", "record", "delta"),
                                lines),
                        Simulator.agreement(times, SEED)),
                List.of(),
                List.of(),
                List.of());
    }
}
