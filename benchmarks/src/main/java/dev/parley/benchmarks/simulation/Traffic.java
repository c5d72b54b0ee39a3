package dev.parley.benchmarks.simulation;

/**
 * What is asked.
 *
 * @param requestsPerSecond at random times
 * @param together how many arrive at the same time, on average: 1 is as independent people do
 * @param requestsMax after so many no more are asked; 0 is no end
 * @param deltas of an answer
 * @param deltasPerSecond of an answer; 0 is all at once
 * @param firstTokenMillis that Claude itself takes
 */
public record Traffic(
        double requestsPerSecond,
        double together,
        int requestsMax,
        int deltas,
        double deltasPerSecond,
        double firstTokenMillis) {
    public static Traffic random(double requestsPerSecond, int deltas, double deltasPerSecond) {
        return new Traffic(requestsPerSecond, 1, 0, deltas, deltasPerSecond, 0);
    }

    /** How long an answer is open, at least, in seconds. */
    double answerSeconds() {
        return firstTokenMillis / 1e3 + (deltasPerSecond == 0 ? 0 : (deltas - 1) / deltasPerSecond);
    }

    /** How long it takes until as many are open as ever are, in seconds. */
    double settlesAfter() {
        return requestsMax == 0 ? answerSeconds() : requestsMax / requestsPerSecond;
    }
}
