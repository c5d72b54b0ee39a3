package dev.parley.inference.claude;

import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * HTTP clients with one HTTP/2 connection each. The JDK's client fails a call when the server's limit of concurrent streams is
 * reached, instead of opening a second connection; so calls are spread over clients, the first one first.
 *
 * <p>Connections are added when all are full and never removed. The number of concurrent generations bounds them.
 */
final class Http2Connections {
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Supplier<HttpClient> clients;
    private final int callsMax;

    /**
     * Starts with one connection.
     *
     * @param callsMax concurrent calls on one connection: not above what servers allow, which is 100 or more (RFC 9113, 6.5.2)
     */
    Http2Connections(Supplier<HttpClient> clients, int callsMax) {
        this.clients = clients;
        this.callsMax = callsMax;
        connections.add(new Connection(clients.get()));
    }

    /** A place on the first connection with a free one. To be released once. */
    Place take() {
        for (Connection connection : connections) {
            if (connection.calls.incrementAndGet() <= callsMax) {
                return new Place(connection);
            }
            connection.calls.decrementAndGet();
        }
        Connection added = new Connection(clients.get());
        added.calls.incrementAndGet();
        connections.add(added);
        return new Place(added);
    }

    /** The client of each connection. */
    List<HttpClient> clients() {
        return connections.stream().map(connection -> connection.client).toList();
    }

    private static final class Connection {
        private final HttpClient client;
        private final AtomicInteger calls = new AtomicInteger();

        Connection(HttpClient client) {
            this.client = client;
        }
    }

    /** The place of one call on a connection. */
    static final class Place {
        private final Connection connection;
        private final AtomicInteger taken = new AtomicInteger(1);

        private Place(Connection connection) {
            this.connection = connection;
        }

        HttpClient client() {
            return connection.client;
        }

        /** Releases the place. Repetitions have no effect. */
        void release() {
            if (taken.getAndSet(0) == 1) {
                connection.calls.decrementAndGet();
            }
        }
    }
}
