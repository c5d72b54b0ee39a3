package dev.parley.gateway.request;

/**
 * How requests are read.
 *
 * @param heapPercentMax how much of the heap they may take together while they are read and put on the log, 1 to 60;
 *     beyond it clients get 529
 */
public record RequestSettings(int heapPercentMax) {
    private static final int PERCENT_MAX = 60;

    public RequestSettings {
        if (heapPercentMax < 1 || heapPercentMax > PERCENT_MAX) {
            throw new IllegalArgumentException("heap-percent-max must be from 1 to " + PERCENT_MAX);
        }
    }
}
