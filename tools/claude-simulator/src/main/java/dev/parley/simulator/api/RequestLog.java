package dev.parley.simulator.api;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The latest requests for the API, and counters of requests and connections. Used by all threads. At most 1,000 requests
 * with at most 64 MiB of bodies are kept; the oldest are removed first.
 */
public final class RequestLog {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> SECRET_HEADERS = Set.of("x-api-key", "authorization", "cookie");

    static final int REQUESTS_MAX = 1_000;
    static final long BODY_BYTES_MAX = 64L * 1024 * 1024;

    private final InstantSource clock;
    private final Deque<Entry> latest = new ArrayDeque<>();
    private final Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    private long bodyBytes;

    /** What is counted, in the order of {@code GET /simulator/counters}. */
    public enum Counter {
        /** Requests for an answer. */
        CALLS,
        /** Connections that sent a request for the API. */
        CONNECTIONS_OPENED,
        /** Requests for an answer that are open now. */
        STREAMS_OPEN,
        /** The most of them at one time. */
        STREAMS_OPEN_PEAK,
        COMPLETED,
        BROKEN,
        CANCELLED,
        /** By requests that have ended. */
        TOKENS_SENT;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a request ended. */
    public enum Outcome {
        OPEN,
        /** The response ended as HTTP specifies, whatever its content. */
        COMPLETED,
        /** The simulator reset or closed it because of a fault. */
        BROKEN,
        /** The client disconnected before the end. */
        CANCELLED
    }

    /** A request and its response. Written by the event loop of its connection, read by any thread. */
    public final class Entry {
        private final SimulatorRequest request;
        private final Instant receivedAt;
        private final AtomicInteger tokens = new AtomicInteger();
        private volatile int status;
        private volatile Outcome outcome = Outcome.OPEN;

        private Entry(SimulatorRequest request) {
            this.request = request;
            this.receivedAt = clock.instant();
        }

        public void headSent(int sentStatus) {
            status = sentStatus;
        }

        public void tokenSent() {
            tokens.incrementAndGet();
        }

        /** Ends the request; only the first call has an effect. */
        public void end(Outcome how) {
            synchronized (RequestLog.this) {
                if (outcome == Outcome.OPEN) {
                    outcome = how;
                    count(this);
                }
            }
        }

        /** The entry without its API key. */
        private ObjectNode json() {
            ObjectNode json = JSON.createObjectNode()
                    .put("received_at", receivedAt.toString())
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("protocol", request.protocol())
                    .put("connection", request.connection())
                    .put("status", status)
                    .put("tokens_sent", tokens.get())
                    .put("outcome", outcome.name().toLowerCase(Locale.ROOT));
            ObjectNode headers = json.putObject("headers");
            new TreeMap<>(request.headers())
                    .forEach((name, value) -> headers.put(name, SECRET_HEADERS.contains(name) ? "(hidden)" : value));
            json.put("body_bytes", request.body().length);
            try {
                return json.set("body", JSON.readTree(request.body()));
            } catch (JacksonException e) {
                return json.put("body", request.text());
            }
        }
    }

    public RequestLog(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void connectionOpened() {
        add(Counter.CONNECTIONS_OPENED, 1);
    }

    /** Adds a request. One for the simulator's own endpoints is neither counted nor kept. */
    public synchronized Entry begin(SimulatorRequest request) {
        Entry entry = new Entry(request);
        if (!request.forApi()) {
            return entry;
        }
        if (request.forAnswer()) {
            add(Counter.CALLS, 1);
            add(Counter.STREAMS_OPEN, 1);
            counters.merge(Counter.STREAMS_OPEN_PEAK, get(Counter.STREAMS_OPEN), Long::max);
        }
        latest.addLast(entry);
        bodyBytes += request.body().length;
        while (latest.size() > REQUESTS_MAX || (bodyBytes > BODY_BYTES_MAX && latest.size() > 1)) {
            bodyBytes -= latest.removeFirst().request.body().length;
        }
        return entry;
    }

    private void count(Entry entry) {
        if (!entry.request.forApi()) {
            return;
        }
        add(Counter.TOKENS_SENT, entry.tokens.get());
        if (entry.request.forAnswer()) {
            add(Counter.STREAMS_OPEN, -1);
        }
        // A counter has the name of its outcome.
        add(Counter.valueOf(entry.outcome.name()), 1);
    }

    synchronized ObjectNode counters() {
        ObjectNode json = JSON.createObjectNode();
        for (Counter counter : Counter.values()) {
            json.put(counter.text(), get(counter));
        }
        return json;
    }

    /** The latest requests whose body contains a text, at most so many, oldest first. */
    ArrayNode latest(String contains, int most) {
        List<Entry> all;
        synchronized (this) {
            all = List.copyOf(latest);
        }
        List<Entry> matching = all.stream()
                .filter(entry -> contains.isEmpty() || entry.request.text().contains(contains))
                .toList();
        ArrayNode requests = JSON.createArrayNode();
        matching.subList(Math.max(0, matching.size() - most), matching.size())
                .forEach(entry -> requests.add(entry.json()));
        return requests;
    }

    private void add(Counter counter, long number) {
        counters.merge(counter, number, Long::sum);
    }

    private long get(Counter counter) {
        return counters.getOrDefault(counter, 0L);
    }
}
