package dev.parley.benchmarks.load;

import java.time.Duration;
import java.util.List;

/**
 * One run.
 *
 * @param requests as many as there are arrivals
 * @param answerMax how long an answer may take; later it counts as an error
 */
public record Load(Target target, Arrivals arrivals, List<Request> requests, Window window, Duration answerMax) {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    public Load {
        requests = List.copyOf(requests);
        if (requests.size() != arrivals.count()) {
            throw new IllegalArgumentException(
                    requests.size() + " requests do not fit " + arrivals.count() + " arrivals");
        }
    }

    public Load(Target target, Arrivals arrivals, List<Request> requests) {
        this(target, arrivals, requests, Window.ALL, ANSWER_MAX);
    }

    /** When all has to be over, in nanoseconds after the beginning. */
    long end() {
        return arrivals.span() + answerMax.toNanos();
    }
}
