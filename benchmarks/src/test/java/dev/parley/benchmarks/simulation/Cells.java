package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import dev.parley.benchmarks.simulation.ServiceTimes.Hops;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Service times with which a test can calculate, and a cell with two of everything. */
final class Cells {
    static final Cell TWO_OF_EACH = new Cell(2, true, 2, 2, 2, 2, 2, 2, 1, 12, 24, 0, 0, false);

    private Cells() {}

    /** The same for all stages. */
    static ServiceTimes times(Cost cost, double hopsMillis) {
        Map<Stage, Cost> costs = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            costs.put(stage, cost);
        }
        return new ServiceTimes("a test", 2, costs, 0.5, 0, new Hops(3, hopsMillis, hopsMillis), List.of());
    }
}
