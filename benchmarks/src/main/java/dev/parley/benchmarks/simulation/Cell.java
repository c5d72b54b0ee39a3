package dev.parley.benchmarks.simulation;

/**
 * A Kafka cluster and the services around it.
 *
 * @param gateways each tails one partition of {@code chat.deltas}
 * @param ownPartitions whether no two gateways share one as long as there are enough; if not, each takes one at random
 * @param cores of each replica
 * @param brokerCores of each broker
 * @param copies of each record, the leader's among them
 * @param requestPartitions of {@code chat.requests} and {@code chat.inference}
 * @param coalesceMillis for so long after a record, the deltas of the same answer gather for the next; 0 is each by itself
 * @param hopMillis added to each hop for the network, and for the copies of a record
 * @param together whether all of it, Claude and readers among it, shares the cores of one machine
 */
public record Cell(
        int gateways,
        boolean ownPartitions,
        int caches,
        int inferences,
        int persistences,
        int brokers,
        int cores,
        int brokerCores,
        int copies,
        int requestPartitions,
        int deltaPartitions,
        double coalesceMillis,
        double hopMillis,
        boolean together) {
    /** One replica of everything on one machine, as {@code ./parley up} starts it. */
    static Cell oneMachine(int cores, int requestPartitions, int deltaPartitions) {
        return new Cell(1, true, 1, 1, 1, 1, cores, cores, 1, requestPartitions, deltaPartitions, 0, 0, true);
    }

    Cell withGateways(int count) {
        return new Cell(
                count,
                ownPartitions,
                caches,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withDeltaPartitions(int count) {
        return new Cell(
                gateways,
                ownPartitions,
                caches,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                count,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withRequestPartitions(int count) {
        return new Cell(
                gateways,
                ownPartitions,
                caches,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                count,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withCaches(int count) {
        return new Cell(
                gateways,
                ownPartitions,
                count,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withInferences(int count) {
        return new Cell(
                gateways,
                ownPartitions,
                caches,
                count,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withBrokers(int count) {
        return new Cell(
                gateways,
                ownPartitions,
                caches,
                inferences,
                persistences,
                count,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }

    Cell withCoalescing(double millis) {
        return new Cell(
                gateways,
                ownPartitions,
                caches,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                millis,
                hopMillis,
                together);
    }

    /** Each gateway takes a partition at random. */
    Cell atRandom() {
        return new Cell(
                gateways,
                false,
                caches,
                inferences,
                persistences,
                brokers,
                cores,
                brokerCores,
                copies,
                requestPartitions,
                deltaPartitions,
                coalesceMillis,
                hopMillis,
                together);
    }
}
