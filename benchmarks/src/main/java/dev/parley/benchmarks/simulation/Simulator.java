package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Table;
import dev.parley.contracts.topic.Topics;
import java.util.ArrayList;
import java.util.List;

/** All that the simulation has to say about measured service times. */
public final class Simulator {
    private Simulator() {}

    /** What {@code ./parley up} starts. */
    public static Cell machine(int cores) {
        return Cell.oneMachine(cores, Topics.REQUESTS.partitions(), Topics.DELTAS.partitions());
    }

    /** The model of the machine beside what was measured on it. */
    public static Table agreement(ServiceTimes times, long seed) {
        return Agreement.of(times, machine(times.cores()), seed);
    }

    /** The model beside the measurement, and then how it grows. Takes about a minute. */
    public static Findings findings(ServiceTimes times, long seed) {
        List<Table> tables = new ArrayList<>();
        tables.add(agreement(times, seed));
        tables.addAll(new Growth(times, seed).tables());
        return new Findings(
                "simulation",
                "Simulated",
                List.of(),
                tables,
                List.of(),
                List.of(),
                List.of("The service times are of " + times.measuredOn() + "."));
    }
}
