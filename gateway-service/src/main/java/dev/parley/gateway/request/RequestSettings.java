package dev.parley.gateway.request;

import dev.parley.contracts.Bounds;
import java.util.Set;

/**
 * Limits of requests.
 *
 * @param heapPercentMax share of the heap for requests with their histories until they are on the log, and for conversations, exports
 *     and published answers until clients have received them, 1 to 60 percent; beyond it clients get 529
 * @param refusedParameters names of parameters of the Messages API that are refused with 400, such as {@code container}; none by
 *     default
 */
public record RequestSettings(int heapPercentMax, Set<String> refusedParameters) {
    private static final int PERCENT_MAX = 60;

    public RequestSettings {
        Bounds.between("heap-percent-max", heapPercentMax, 1, PERCENT_MAX);
        refusedParameters = Set.copyOf(refusedParameters);
    }

    /** The share of the heap of this process, in bytes. */
    public long heapBytesMax() {
        return Runtime.getRuntime().maxMemory() / 100 * heapPercentMax;
    }
}
