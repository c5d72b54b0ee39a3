package dev.parley.benchmarks.simulation.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One thread that wakes up, takes all that waits for it, and sleeps again: a consumer's poll, a producer's sender, an event
 * loop. The busier it is, the more it finds at once, and the less a single piece costs. The pieces of a round go on together
 * when the round is over.
 */
public final class Loop<T> implements Busy {
    /** What one poll of Kafka's consumer returns, unless it is told otherwise. */
    private static final int PIECES_MAX = 500;

    private final Timeline timeline;
    private final Processor processor;
    private final String name;
    private final double wakeUp;
    private final ToDoubleFunction<T> cost;
    private final Consumer<List<T>> then;
    private List<T> waiting = new ArrayList<>();
    private boolean awake;
    private double awakeSince;
    private double busy;

    /**
     * Makes a sleeping one.
     *
     * @param wakeUp seconds of processor time for a round, however many pieces it has
     * @param cost seconds of processor time for a piece
     * @param then takes the pieces of a round
     */
    public Loop(
            Timeline timeline,
            Processor processor,
            String name,
            double wakeUp,
            ToDoubleFunction<T> cost,
            Consumer<List<T>> then) {
        this.timeline = timeline;
        this.processor = processor;
        this.name = name;
        this.wakeUp = wakeUp;
        this.cost = cost;
        this.then = then;
    }

    public void offer(T piece) {
        waiting.add(piece);
        if (!awake) {
            awake = true;
            awakeSince = timeline.now();
            round();
        }
    }

    private void round() {
        List<T> pieces = waiting;
        if (pieces.size() > PIECES_MAX) {
            pieces = waiting.subList(0, PIECES_MAX);
            waiting = new ArrayList<>(waiting.subList(PIECES_MAX, waiting.size()));
        } else {
            waiting = new ArrayList<>();
        }
        List<T> taken = pieces;
        double seconds = wakeUp + taken.stream().mapToDouble(cost).sum();
        processor.execute(seconds, () -> end(taken));
    }

    private void end(List<T> taken) {
        then.accept(taken);
        if (waiting.isEmpty()) {
            awake = false;
            busy += timeline.now() - awakeSince;
        } else {
            round();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void beginToMeasure() {
        busy = 0;
        awakeSince = timeline.now();
    }

    @Override
    public double share(double seconds) {
        return (busy + (awake ? timeline.now() - awakeSince : 0)) / seconds;
    }
}
