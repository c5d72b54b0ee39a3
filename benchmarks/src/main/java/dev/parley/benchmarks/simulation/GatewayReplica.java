package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.Answer.Piece;
import dev.parley.benchmarks.simulation.engine.Loop;
import dev.parley.benchmarks.simulation.engine.Processor;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A gateway: one thread tails its partition, one event loop for each core writes to its share of the readers. */
final class GatewayReplica {
    private final int number;
    private final int partition;
    private final Work work;
    private final Outcome outcome;
    private final Processor processor;
    private final Loop<Piece> tail;
    private final List<Loop<Piece>> eventLoops;

    GatewayReplica(
            int number,
            int partition,
            Cell cell,
            Work work,
            Machines machines,
            Outcome outcome,
            Consumer<Piece> written) {
        this.number = number;
        this.partition = partition;
        this.work = work;
        this.outcome = outcome;
        this.processor = machines.processor("gateway", cell.cores());
        this.tail =
                machines.loop(processor, "gateway's tail thread", work.wakeUp(Stage.TAIL), this::reading, this::passOn);
        this.eventLoops = IntStream.range(0, cell.cores())
                .mapToObj(loop -> machines.loop(
                        processor,
                        "gateway's event loop",
                        work.wakeUp(Stage.GATEWAY),
                        (Piece piece) -> work.of(Stage.GATEWAY, piece),
                        pieces -> pieces.forEach(written)))
                .toList();
    }

    int partition() {
        return partition;
    }

    /** Reads a request, and does so much of what belongs to it. */
    void execute(double seconds, Runnable then) {
        processor.execute(seconds, then);
    }

    /** A record has come on the partition, for whomever it is. */
    void read(Piece piece, double now) {
        outcome.read(now, isOwn(piece));
        tail.offer(piece);
    }

    private boolean isOwn(Piece piece) {
        return piece.answer().gateway() == number;
    }

    private double reading(Piece piece) {
        return isOwn(piece) ? work.of(Stage.TAIL, piece) : work.ofForeign(Stage.TAIL);
    }

    private void passOn(List<Piece> pieces) {
        for (Piece piece : pieces) {
            if (isOwn(piece)) {
                eventLoops.get(piece.answer().number() % eventLoops.size()).offer(piece);
            }
        }
    }
}
