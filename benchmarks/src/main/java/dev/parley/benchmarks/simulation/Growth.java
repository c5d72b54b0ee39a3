package dev.parley.benchmarks.simulation;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.percent;

import dev.parley.benchmarks.findings.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * How the times of an answer move as a cell grows. What is assumed and not measured stands here: sizes of pods and brokers,
 * the network, the copies of a record, how long answers are and how fast Claude speaks.
 */
final class Growth {
    /** The mean of the conversations in the Azure trace of 2023. */
    private static final int DELTAS = 211;

    private static final double DELTAS_PER_SECOND = 40;
    private static final double SECONDS = 5;
    private static final int STREAMS = 2_000;

    private static final Cell CELL = new Cell(2, true, 2, 3, 2, 3, 2, 4, 3, 24, 24, 0, 1, false);

    private final ServiceTimes times;
    private final long seed;

    Growth(ServiceTimes times, long seed) {
        this.times = times;
        this.seed = seed;
    }

    List<Table> tables() {
        return List.of(
                table(
                        "Streams open in the cell",
                        List.of(500, 1_000, 2_000, 3_000, 4_000),
                        streams -> run(CELL, streams, 1)),
                table("Gateways", List.of(1, 2, 4, 8), gateways -> run(CELL.withGateways(gateways), STREAMS, 1)),
                table(
                        "Partitions of chat.deltas for 8 gateways, one taken at random by each",
                        List.of(1, 8, 24, 96),
                        partitions -> run(
                                CELL.withGateways(8)
                                        .withDeltaPartitions(partitions)
                                        .atRandom(),
                                STREAMS,
                                1)),
                table(
                        "Replicas of inference-service",
                        List.of(1, 2, 3, 6),
                        count -> run(CELL.withInferences(count), STREAMS, 1)),
                table("Brokers", List.of(3, 6, 9), brokers -> run(CELL.withBrokers(brokers), STREAMS, 1)),
                table(
                        "Partitions of chat.requests for 6 replicas of cache- and inference-service",
                        List.of(2, 6, 12, 24),
                        count -> run(CELL.withCaches(6).withInferences(6).withRequestPartitions(count), STREAMS, 1)),
                table(
                        "Milliseconds for which deltas gather",
                        List.of(0, 25, 50, 100, 200),
                        interval -> run(CELL.withCoalescing(interval), STREAMS, 1)),
                table(
                        "Requests that arrive together",
                        List.of(1, 10, 50, 200),
                        together -> run(CELL, STREAMS, together)));
    }

    private Outcome run(Cell cell, int streams, double together) {
        double perSecond = streams * DELTAS_PER_SECOND / DELTAS;
        Traffic traffic = new Traffic(perSecond, together, 0, DELTAS, DELTAS_PER_SECOND, 0);
        return Simulation.run(times, cell, traffic, SECONDS, seed);
    }

    private static Table table(String what, List<Integer> values, IntFunction<Outcome> outcome) {
        List<List<String>> lines = new ArrayList<>();
        for (int value : values) {
            lines.add(line(number(value), outcome.apply(value)));
        }
        return new Table(
                what,
                List.of(
                        "",
                        "first token added",
                        "p99",
                        "gap p99",
                        "deltas/s",
                        "for other gateways",
                        "cores in use",
                        "busiest"),
                lines);
    }

    private static List<String> line(String value, Outcome outcome) {
        return List.of(
                value,
                ms(outcome.firstToken().median()),
                ms(outcome.firstToken().p99()),
                ms(outcome.gap().p99()),
                number(Math.rint(outcome.deltasPerSecond())),
                percent(outcome.foreignShare()),
                number(outcome.coresInUse()),
                outcome.busiest().getKey() + " " + percent(outcome.busiest().getValue()));
    }
}
