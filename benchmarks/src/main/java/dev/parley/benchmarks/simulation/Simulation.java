package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.engine.Timeline;
import java.util.Random;

/** One run: a cell, a load, and what comes of it. The same seed gives the same outcome. */
public final class Simulation {
    private final ServiceTimes times;
    private final Cell cell;
    private final Traffic traffic;
    private final Timeline timeline = new Timeline();
    private final Random random;
    private int asked;

    private Simulation(ServiceTimes times, Cell cell, Traffic traffic, long seed) {
        this.times = times;
        this.cell = cell;
        this.traffic = traffic;
        this.random = new Random(seed);
    }

    /** Runs until the load has settled, and then for so many seconds more, which are what counts. */
    static Outcome run(ServiceTimes times, Cell cell, Traffic traffic, double seconds, long seed) {
        return new Simulation(times, cell, traffic, seed).run(seconds);
    }

    private Outcome run(double seconds) {
        double from = traffic.settlesAfter() + 1;
        Outcome outcome = new Outcome(from, from + seconds);
        Machines machines = new Machines(timeline, cell);
        Journey journey = new Journey(times, cell, traffic, timeline, random, machines, outcome);
        timeline.at(0, () -> arrivals(journey));
        timeline.runUntil(from);
        machines.beginToMeasure();
        timeline.runUntil(from + seconds);
        machines.report(outcome);
        outcome.use(cell.together() ? times.idleCores() : 0);
        return outcome;
    }

    /** The next ones, and so on. */
    private void arrivals(Journey journey) {
        int crowd = crowd();
        for (int i = 0; i < crowd && (traffic.requestsMax() == 0 || asked < traffic.requestsMax()); i++) {
            asked++;
            journey.begin();
        }
        if (traffic.requestsMax() == 0 || asked < traffic.requestsMax()) {
            double pause = traffic.together() / traffic.requestsPerSecond();
            timeline.after(-Math.log(1 - random.nextDouble()) * pause, () -> arrivals(journey));
        }
    }

    /** How many come at once: geometrically distributed. */
    private int crowd() {
        int crowd = 1;
        while (traffic.together() > 1 && random.nextDouble() < 1 - 1 / traffic.together()) {
            crowd++;
        }
        return crowd;
    }
}
