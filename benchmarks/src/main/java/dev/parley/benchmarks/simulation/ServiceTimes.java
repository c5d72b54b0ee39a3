package dev.parley.benchmarks.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The measured file that the simulation is fed with: what {@code ./parley bench --only service-times} writes.
 *
 * @param measuredOn the machine, the commit and the day
 * @param cores of that machine
 * @param processorMicros what each process takes, by the names of {@link Stage}
 * @param answering the share of a request's processor time that is taken before its first token; the rest (recording the
 *     turn, storing the answer) comes after its end
 * @param idleCores what all processes take together while nobody asks anything
 * @param hops what Kafka alone takes on an idle machine
 * @param points loads and what was seen under them
 */
public record ServiceTimes(
        String measuredOn,
        int cores,
        Map<Stage, Cost> processorMicros,
        double answering,
        double idleCores,
        Hops hops,
        List<Point> points) {
    private static final String EXAMPLE = "service-times-example.json";
    private static final JsonMapper MAPPER = new JsonMapper();

    public ServiceTimes {
        processorMicros = Map.copyOf(processorMicros);
        points = List.copyOf(points);
        for (Stage stage : Stage.values()) {
            if (!processorMicros.containsKey(stage)) {
                throw new IllegalArgumentException("the service times say nothing of " + stage);
            }
        }
    }

    /**
     * Processor time in microseconds.
     *
     * @param request for all of a request but its deltas
     * @param wakeUp for a round of a loop, however many records it finds
     * @param record for each record, however many deltas it carries
     * @param delta for each delta
     */
    public record Cost(double request, double wakeUp, double record, double delta) {}

    /** So many hops through the broker one after the other, in milliseconds. */
    public record Hops(int count, double medianMillis, double p99Millis) {}

    /**
     * A load, and what was seen under it.
     *
     * @param traffic what was asked
     * @param firstTokenMillis added to the time to the first token
     * @param gapMillis between two deltas of a stream
     * @param coresInUse of the whole machine, under a load that stays the same
     */
    public record Point(
            String name,
            Traffic traffic,
            Optional<Spread> firstTokenMillis,
            Optional<Spread> gapMillis,
            Optional<Double> coresInUse) {}

    public record Spread(double median, double p99) {}

    ServiceTimes withAnswering(double share) {
        return new ServiceTimes(measuredOn, cores, processorMicros, share, idleCores, hops, points);
    }

    public Cost of(Stage stage) {
        Cost cost = processorMicros.get(stage);
        if (cost == null) {
            throw new IllegalStateException("the constructor lets none be missing");
        }
        return cost;
    }

    public static ServiceTimes read(Path file) {
        return MAPPER.readValue(file.toFile(), ServiceTimes.class);
    }

    public void write(Path file) {
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
    }

    /** The one that comes with the module; it says itself where it was measured. */
    public static ServiceTimes example() {
        try (InputStream file = ServiceTimes.class.getResourceAsStream(EXAMPLE)) {
            if (file == null) {
                throw new IllegalStateException(EXAMPLE + " is missing");
            }
            return MAPPER.readValue(file, ServiceTimes.class);
        } catch (IOException e) {
            throw new UncheckedIOException(EXAMPLE + " is unreadable", e);
        }
    }
}
