package dev.parley.inference.kafka;

import dev.parley.contracts.id.GenerationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The generations whose requests were consumed and whose turns are not on the log yet. A generation may have several requests,
 * because a gateway that died may have sent one twice; duplicates are detected among the last 100,000 finished generations too.
 * Thread-safe.
 */
final class InFlightRequests {
    private static final int FINISHED_MAX = 100_000;

    /** Of the requests that hold a share: a fifth of the heap, because their turns take as much again. */
    private static final long BYTES_MAX = Runtime.getRuntime().maxMemory() / 5;

    private final Map<GenerationId, List<InFlightRequest>> inFlight = new HashMap<>();
    private final Map<GenerationId, Integer> failures = new HashMap<>();
    private final Map<GenerationId, Boolean> finished = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Boolean> eldest) {
            return size() > FINISHED_MAX;
        }
    };
    /** Those in flight that hold no share: their answer is an error of this replica or a stored one. */
    private final Set<GenerationId> withoutShare = new HashSet<>();

    private final Map<String, Long> sharedBytesByKey = new HashMap<>();
    /** Of those that hold a share. */
    private long sharedBytes;
    /** Of all. */
    private long bytes;

    /** Adds a request; true if it is the first of its generation, which has to be run. */
    synchronized boolean add(InFlightRequest request) {
        if (finished.containsKey(request.generation())) {
            request.finish();
            return false;
        }
        List<InFlightRequest> requests = inFlight.computeIfAbsent(request.generation(), _ -> new ArrayList<>());
        requests.add(request);
        bytes += request.bytes();
        if (!withoutShare.contains(request.generation())) {
            countShared(request, request.bytes());
        }
        return requests.size() == 1;
    }

    /** Counts an unexpected failure of a generation, and returns how many it has had. */
    synchronized int countFailure(GenerationId generation) {
        return failures.merge(generation, 1, Integer::sum);
    }

    synchronized int failures(GenerationId generation) {
        return failures.getOrDefault(generation, 0);
    }

    /**
     * The generation makes no call to Claude, and waits only for its turn to be recorded: it does not keep others from starting. Its
     * requests count for {@link #isOverfull} all the same.
     */
    synchronized void releaseShare(GenerationId generation) {
        if (inFlight.containsKey(generation) && withoutShare.add(generation)) {
            inFlight.getOrDefault(generation, List.of()).forEach(request -> countShared(request, -request.bytes()));
        }
    }

    /** The turn is on the log: all requests of the generation are finished. */
    synchronized void finish(GenerationId generation) {
        remove(generation).forEach(InFlightRequest::finish);
        failures.remove(generation);
        finished.put(generation, Boolean.TRUE);
    }

    /**
     * The request with which a generation without a turn is checked again: one whose partition is still owned. If there is none,
     * the generation is removed.
     */
    synchronized Optional<InFlightRequest> stillOwned(GenerationId generation) {
        Optional<InFlightRequest> owned = inFlight.getOrDefault(generation, List.of()).stream()
                .filter(request -> request.from().turns().isOpen())
                .findFirst();
        if (owned.isEmpty()) {
            failures.remove(generation);
            remove(generation);
        }
        return owned;
    }

    private List<InFlightRequest> remove(GenerationId generation) {
        List<InFlightRequest> removed = inFlight.getOrDefault(generation, List.of());
        releaseShare(generation);
        withoutShare.remove(generation);
        inFlight.remove(generation);
        removed.forEach(request -> bytes -= request.bytes());
        return removed;
    }

    private void countShared(InFlightRequest request, int more) {
        sharedBytes += more;
        sharedBytesByKey.merge(
                KeyShare.keyOf(request.requested()),
                (long) more,
                (before, added) -> before + added == 0 ? null : before + added);
    }

    /** Whether the requests take so much memory that new generations are rejected. */
    synchronized boolean isFull() {
        return sharedBytes > BYTES_MAX;
    }

    /** Whether those of a key take more than its share, so that its new generations are rejected. */
    synchronized boolean exceedsShare(String key) {
        return KeyShare.isExceeded(BYTES_MAX, sharedBytes, sharedBytesByKey.getOrDefault(key, 0L));
    }

    /** Whether they take so much memory that no more are consumed. */
    boolean isOverfull() {
        return bytes() > 2 * BYTES_MAX;
    }

    synchronized long bytes() {
        return bytes;
    }
}
