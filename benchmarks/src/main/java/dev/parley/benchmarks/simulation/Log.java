package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.engine.Delay;
import dev.parley.benchmarks.simulation.engine.Processor;
import dev.parley.benchmarks.simulation.engine.Timeline;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Topics on brokers. A record reaches its readers after the broker's work and the time that a hop takes, in the order of its partition. */
final class Log {
    private static final String BROKER = "broker";

    private final Timeline timeline;
    private final Random random;
    private final Delay hop;
    private final double network;
    private final int copies;
    private final List<Processor> brokers;

    Log(Timeline timeline, Random random, ServiceTimes times, Cell cell, Machines machines) {
        this.timeline = timeline;
        this.random = random;
        this.hop = Delay.of(times.hops().medianMillis() / 1e3, times.hops().p99Millis() / 1e3)
                .part(times.hops().count());
        this.network = cell.hopMillis() / 1e3;
        this.copies = cell.copies();
        this.brokers = IntStream.range(0, cell.brokers())
                .mapToObj(broker -> machines.processor(BROKER, cell.brokerCores()))
                .toList();
    }

    Partition partition(int number) {
        return new Partition(number % brokers.size());
    }

    /** A partition and the broker that leads it. */
    final class Partition {
        private final int leader;
        private double lastArrival;

        private Partition(int leader) {
            this.leader = leader;
        }

        int leader() {
            return leader;
        }

        /** Plans what a reader does, after a hop. What is appended while the partition's last records are on their way comes with them. */
        void arrive(Runnable reading) {
            if (timeline.now() >= lastArrival) {
                lastArrival = timeline.now() + network + hop.next(random);
            }
            timeline.at(lastArrival, reading);
        }
    }

    /** A broker's work on what was sent to it, also by those that keep the copies. Goes on when the leader is done. */
    void work(int broker, double seconds, Runnable then) {
        brokers.get(broker).execute(seconds, then);
        for (int copy = 1; copy < copies; copy++) {
            brokers.get((broker + copy) % brokers.size()).execute(seconds, () -> {});
        }
    }
}
