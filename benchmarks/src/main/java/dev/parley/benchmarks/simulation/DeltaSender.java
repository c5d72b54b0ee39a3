package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.Answer.Piece;
import dev.parley.benchmarks.simulation.engine.Loop;
import dev.parley.benchmarks.simulation.engine.Processor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sender thread of a producer. All that waits for a broker goes as one request; while as many requests are under way to it
 * as may be, records gather. So a busy broker gets fewer and larger requests.
 */
final class DeltaSender {
    /** The default of a producer's {@code max.in.flight.requests.per.connection}, and the most that keeps the order. */
    private static final int UNDER_WAY_MAX = 5;

    /** What a broker does with a request. */
    interface Request {
        void send(int broker, List<Piece> pieces, Runnable acknowledged);
    }

    private final Request request;
    private final Loop<Lane> thread;
    private final List<Lane> lanes;

    DeltaSender(int brokers, Processor processor, double wakeUp, Machines machines, Request request) {
        this.request = request;
        this.thread = machines.loop(
                processor, "inference's sender thread", wakeUp, lane -> 0, due -> due.forEach(Lane::send));
        this.lanes = IntStream.range(0, brokers).mapToObj(Lane::new).toList();
    }

    void send(int broker, Piece piece) {
        lanes.get(broker).add(piece);
    }

    /** What goes to one broker. */
    private final class Lane {
        private final int broker;
        private List<Piece> waiting = new ArrayList<>();
        private int underWay;
        private boolean due;

        private Lane(int broker) {
            this.broker = broker;
        }

        void add(Piece piece) {
            waiting.add(piece);
            wake();
        }

        private void wake() {
            if (!due && underWay < UNDER_WAY_MAX && !waiting.isEmpty()) {
                due = true;
                thread.offer(this);
            }
        }

        void send() {
            due = false;
            underWay++;
            List<Piece> pieces = waiting;
            waiting = new ArrayList<>();
            request.send(broker, pieces, this::acknowledged);
        }

        private void acknowledged() {
            underWay--;
            wake();
        }
    }
}
