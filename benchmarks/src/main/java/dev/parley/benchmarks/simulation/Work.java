package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.Answer.Piece;
import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import java.util.Random;

/** What stages take, in seconds of processor time. */
final class Work {
    private static final double MICROS_PER_SECOND = 1e6;

    /** {@code chat.requests}, {@code chat.inference}, the claim on {@code chat.deltas}, and the turn. */
    private static final int RECORDS_OF_A_REQUEST = 4;

    private final ServiceTimes times;
    private final Random random;

    Work(ServiceTimes times, Random random) {
        this.times = times;
        this.random = random;
    }

    double wakeUp(Stage stage) {
        return times.of(stage).wakeUp() / MICROS_PER_SECOND;
    }

    double of(Stage stage, Piece piece) {
        Cost cost = times.of(stage);
        return (cost.record() + piece.deltas() * cost.delta()) / MICROS_PER_SECOND;
    }

    /** A record that is for another gateway is read and dropped. */
    double ofForeign(Stage stage) {
        return times.of(stage).record() / MICROS_PER_SECOND;
    }

    /** Before the first token. Requests differ: drawn from an exponential distribution with the measured mean. */
    double answering(Stage stage) {
        return drawn(times.of(stage).request() * times.answering());
    }

    /** After the end of the answer. */
    double recording(Stage stage) {
        return drawn(times.of(stage).request() * (1 - times.answering()));
    }

    /** All at once. */
    double whole(Stage stage) {
        return drawn(times.of(stage).request());
    }

    /** The broker's, for one of the records that a request is. */
    double recordOfRequest() {
        return drawn(times.of(Stage.KAFKA).request() / RECORDS_OF_A_REQUEST);
    }

    /** Until the first token, by Claude and the reader, on average. */
    double ofDirectCall() {
        return (ofDirectCall(Stage.READER) + ofDirectCall(Stage.CLAUDE)) / MICROS_PER_SECOND;
    }

    private double ofDirectCall(Stage stage) {
        Cost cost = times.of(stage);
        return cost.request() + cost.wakeUp() + cost.record() + cost.delta();
    }

    private double drawn(double micros) {
        return -Math.log(1 - random.nextDouble()) * micros / MICROS_PER_SECOND;
    }
}
