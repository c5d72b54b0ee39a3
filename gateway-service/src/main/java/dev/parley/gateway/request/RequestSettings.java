package dev.parley.gateway.request;

import dev.parley.contracts.Bounds;
import java.util.Set;

/**
 * Limits of reading requests.
 *
 * @param heapPercentMax share of the heap that requests may occupy together until they are on the log, 1 to 60 percent;
 *     beyond it clients get 529
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
