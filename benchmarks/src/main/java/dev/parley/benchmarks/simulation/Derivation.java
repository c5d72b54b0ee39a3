package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import dev.parley.benchmarks.simulation.ServiceTimes.Point;

/** Service times from what processes took under different loads. */
public final class Derivation {
    private static final int HALVINGS = 10;
    private static final double SECONDS = 30;

    private Derivation() {}

    /**
     * What a process took, in microseconds of processor time.
     *
     * @param few for an answer of so few deltas, each by itself
     * @param many for an answer of so many deltas, each by itself
     * @param together for an answer of as many deltas, said at once, so that they share records
     * @param delta for a delta while so many streams are open that each round of a thread finds many of them
     */
    public record Taken(double few, double many, double together, double delta) {}

    /**
     * The parts of it. A difference below zero is noise, and nothing.
     *
     * @param fewDeltas of a short answer
     * @param manyDeltas of a long one
     */
    public static Cost cost(Taken taken, int fewDeltas, int manyDeltas) {
        double alone = Math.max(0, (taken.many() - taken.few()) / (manyDeltas - fewDeltas));
        double request = Math.max(0, taken.few() - fewDeltas * alone);
        double delta = Math.clamp((taken.together() - request) / manyDeltas, 0, alone);
        double record = Math.clamp(taken.delta() - delta, 0, alone - delta);
        return new Cost(request, alone - delta - record, record, delta);
    }

    /**
     * The same times with the share of a request's work before its first token with which the model's median fits a
     * measured one. What else the model says of that point, and all it says of other points, is its own.
     */
    public static ServiceTimes fit(ServiceTimes times, Cell machine, Point point, long seed) {
        double measured = point.firstTokenMillis()
                .orElseThrow(() -> new IllegalArgumentException("a point without first tokens"))
                .median();
        double least = 0;
        double most = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (least + most) / 2;
            Outcome model = Simulation.run(times.withAnswering(middle), machine, point.traffic(), SECONDS, seed);
            if (model.firstToken().median() < measured) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return times.withAnswering((least + most) / 2);
    }
}
