package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.Answer.Piece;
import dev.parley.benchmarks.simulation.engine.Processor;
import dev.parley.benchmarks.simulation.engine.Timeline;
import java.util.function.ToIntFunction;

/**
 * An inference replica: a virtual thread for each answer, and the sender of its producer. Deltas that come too soon after a
 * record of their answer gather for the next.
 */
final class InferenceReplica {
    private final Timeline timeline;
    private final Work work;
    private final double interval;
    private final ToIntFunction<Piece> broker;
    private final Processor processor;
    private final DeltaSender sender;

    /**
     * Makes one without answers.
     *
     * @param broker leads the partition that a piece goes to
     */
    InferenceReplica(
            Timeline timeline,
            Cell cell,
            Work work,
            Machines machines,
            ToIntFunction<Piece> broker,
            DeltaSender.Request request) {
        this.timeline = timeline;
        this.work = work;
        this.interval = cell.coalesceMillis() / 1e3;
        this.broker = broker;
        this.processor = machines.processor("inference", cell.cores());
        this.sender = new DeltaSender(cell.brokers(), processor, work.wakeUp(Stage.INFERENCE), machines, request);
    }

    void execute(double seconds, Runnable then) {
        processor.execute(seconds, then);
    }

    /** Deltas have come from Claude, together. */
    void take(Piece piece) {
        processor.execute(work.of(Stage.INFERENCE, piece), () -> gather(piece));
    }

    private void gather(Piece piece) {
        Answer answer = piece.answer();
        double due = answer.gather(piece.deltas(), timeline.now());
        if (piece.last() || due <= timeline.now()) {
            send(answer, piece.last());
        } else if (answer.isFirstToWait()) {
            timeline.at(due, () -> sendIfWaiting(answer));
        }
    }

    /** The answer's end may have taken them along. */
    private void sendIfWaiting(Answer answer) {
        if (answer.somethingGathered()) {
            send(answer, false);
        }
    }

    private void send(Answer answer, boolean last) {
        Piece piece = answer.send(timeline.now(), interval, last);
        sender.send(broker.applyAsInt(piece), piece);
    }
}
