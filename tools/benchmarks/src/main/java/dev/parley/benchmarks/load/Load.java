package dev.parley.benchmarks.load;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The requests of one run.
 *
 * @param requests as many as there are arrivals
 * @param window the part of the run in which pieces and gaps count
 * @param answerTimeout how long an answer may take; later it counts as an error
 * @param heads takes the headers of each response, on the event loop
 */
public record Load(
        Endpoint endpoint,
        Arrivals arrivals,
        List<? extends Request> requests,
        Window window,
        Duration answerTimeout,
        BiConsumer<Request, HttpHeaders> heads) {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    /** In nanoseconds after the beginning of a run. */
    public record Window(long from, long until) {
        public static final Window ALL = new Window(0, Long.MAX_VALUE);

        boolean contains(long sinceBegin) {
            return sinceBegin >= from && sinceBegin < until;
        }
    }

    public Load {
        requests = List.copyOf(requests);
        if (requests.size() != arrivals.count()) {
            throw new IllegalArgumentException(
                    requests.size() + " requests do not fit " + arrivals.count() + " arrivals");
        }
    }

    public Load(
            Endpoint endpoint,
            Arrivals arrivals,
            List<? extends Request> requests,
            Window window,
            Duration answerTimeout) {
        this(endpoint, arrivals, requests, window, answerTimeout, (_, _) -> {});
    }

    public Load(Endpoint endpoint, Arrivals arrivals, List<? extends Request> requests) {
        this(endpoint, arrivals, requests, Window.ALL, ANSWER_TIMEOUT);
    }

    /** The same requests, with the headers of their responses. */
    public Load withHeads(BiConsumer<Request, HttpHeaders> observer) {
        return new Load(endpoint, arrivals, requests, window, answerTimeout, observer);
    }

    /** The time limit of the run, in nanoseconds after its beginning. */
    long end() {
        return arrivals.span() + answerTimeout.toNanos();
    }
}
