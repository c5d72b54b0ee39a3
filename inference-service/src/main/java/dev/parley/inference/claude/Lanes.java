package dev.parley.inference.claude;

import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * HTTP clients with one HTTP/2 connection each. The JDK's client does not open a second connection when the server's limit of
 * concurrent streams is reached, it fails the call; so calls are spread, the first lane first.
 *
 * <p>Lanes are added when all are full and never taken away; calls at once, bounded elsewhere, bound their number.
 */
final class Lanes {
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final Supplier<HttpClient> clients;
    private final int callsMax;

    /**
     * Begins with one lane.
     *
     * @param callsMax calls at once on one lane: not above what servers allow, which is 100 or more (RFC 9113, 6.5.2)
     */
    Lanes(Supplier<HttpClient> clients, int callsMax) {
        this.clients = clients;
        this.callsMax = callsMax;
        lanes.add(new Lane(clients.get()));
    }

    /** A place on the first lane that has one; to be left once. */
    Place take() {
        for (Lane lane : lanes) {
            if (lane.calls.incrementAndGet() <= callsMax) {
                return new Place(lane);
            }
            lane.calls.decrementAndGet();
        }
        Lane added = new Lane(clients.get());
        added.calls.incrementAndGet();
        lanes.add(added);
        return new Place(added);
    }

    /** The client of each lane. */
    List<HttpClient> clients() {
        return lanes.stream().map(lane -> lane.client).toList();
    }

    private static final class Lane {
        private final HttpClient client;
        private final AtomicInteger calls = new AtomicInteger();

        Lane(HttpClient client) {
            this.client = client;
        }
    }

    /** One call's place on a lane. */
    static final class Place {
        private final Lane lane;
        private final AtomicInteger taken = new AtomicInteger(1);

        private Place(Lane lane) {
            this.lane = lane;
        }

        HttpClient client() {
            return lane.client;
        }

        /** Leaves it; doing so again changes nothing. */
        void leave() {
            if (taken.getAndSet(0) == 1) {
                lane.calls.decrementAndGet();
            }
        }
    }
}
