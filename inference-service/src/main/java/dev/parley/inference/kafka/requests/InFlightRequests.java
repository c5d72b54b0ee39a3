package dev.parley.inference.kafka.requests;

import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.limits.HeapShares;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The generations whose requests were consumed and whose turns are not on the log yet. A generation may have several requests,
 * because a gateway that died may have sent one twice; duplicates are detected among the last 100,000 finished generations too.
 * Thread-safe.
 */
public final class InFlightRequests {
    private static final int FINISHED_MAX = 100_000;

    /** Memory of a generation beside its requests and its answer: a thread, the ids, and the turn of an error. */
    private static final int GENERATION_BYTES = 8 * 1024;

    private final HeapShares heap;
    private final Map<GenerationId, List<InFlightRequest>> inFlight = new HashMap<>();
    private final Map<GenerationId, Integer> failures = new HashMap<>();
    /** Claims that this replica has given up, which may be on the log all the same. */
    private final Map<GenerationId, Integer> claimsGivenUp = new HashMap<>();

    private final Map<GenerationId, Boolean> finished = BoundedMap.ofNewest(FINISHED_MAX);
    /** Those in flight that hold no share: their answer is an error of this replica or a stored one. */
    private final Set<GenerationId> withoutShare = new HashSet<>();

    /** Bytes of all requests, with and without a share. */
    private long requestBytes;

    /**
     * @param heap has the bytes of requests while they hold a share
     */
    public InFlightRequests(HeapShares heap) {
        this.heap = heap;
    }

    /** Adds a request; true if it is the first of its generation, which has to be run. */
    synchronized boolean add(InFlightRequest request) {
        if (finished.containsKey(request.generation())) {
            request.finish();
            return false;
        }
        List<InFlightRequest> requests = inFlight.computeIfAbsent(request.generation(), _ -> new ArrayList<>());
        requests.add(request);
        requestBytes += request.bytes();
        if (!withoutShare.contains(request.generation())) {
            heap.addRequest(request.requested().keyOrTenant(), request.bytes());
        }
        return requests.size() == 1;
    }

    /** Counts an unexpected failure of a generation, and returns how many it has had. */
    synchronized int countFailure(GenerationId generation) {
        return failures.merge(generation, 1, Integer::sum);
    }

    public synchronized int failures(GenerationId generation) {
        return failures.getOrDefault(generation, 0);
    }

    public synchronized void countClaimGivenUp(GenerationId generation) {
        claimsGivenUp.merge(generation, 1, Integer::sum);
    }

    public synchronized int claimsGivenUp(GenerationId generation) {
        return claimsGivenUp.getOrDefault(generation, 0);
    }

    /**
     * The generation makes no call to Claude, and waits only for its turn to be recorded: it does not keep others from starting. Its
     * requests count for {@link #isOverfull} all the same.
     */
    synchronized void releaseShare(GenerationId generation) {
        if (inFlight.containsKey(generation) && withoutShare.add(generation)) {
            inFlight.getOrDefault(generation, List.of())
                    .forEach(request -> heap.removeRequest(request.requested().keyOrTenant(), request.bytes()));
        }
    }

    /** The turn is on the log: all requests of the generation are finished. */
    synchronized void finish(GenerationId generation) {
        remove(generation).forEach(InFlightRequest::finish);
        finished.put(generation, Boolean.TRUE);
    }

    /**
     * The request with which a generation without a turn is checked again: one whose partition is still owned. If there is none,
     * the generation is removed.
     */
    synchronized Optional<InFlightRequest> stillOwned(GenerationId generation) {
        Optional<InFlightRequest> owned = inFlight.getOrDefault(generation, List.of()).stream()
                .filter(InFlightRequest::isOwned)
                .findFirst();
        if (owned.isEmpty()) {
            remove(generation);
        }
        return owned;
    }

    private List<InFlightRequest> remove(GenerationId generation) {
        List<InFlightRequest> removed = inFlight.getOrDefault(generation, List.of());
        releaseShare(generation);
        withoutShare.remove(generation);
        inFlight.remove(generation);
        failures.remove(generation);
        claimsGivenUp.remove(generation);
        removed.forEach(request -> requestBytes -= request.bytes());
        return removed;
    }

    /** Whether requests and running answers take so much memory that no more requests are consumed. */
    synchronized boolean isOverfull() {
        return heap.isOverfull(requestBytes + (long) inFlight.size() * GENERATION_BYTES);
    }

    synchronized long bytes() {
        return requestBytes;
    }
}
