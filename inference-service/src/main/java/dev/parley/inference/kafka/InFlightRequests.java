package dev.parley.inference.kafka;

import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.FairPool;
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

    private final long bytesMax;
    /** Nine tenths of what requests and running answers may take, so that the answers have room to grow. */
    private final long newBytesMax;

    private final Map<GenerationId, List<InFlightRequest>> inFlight = new HashMap<>();
    private final Map<GenerationId, Integer> failures = new HashMap<>();
    /** Claims that this replica has given up, which may be on the log all the same. */
    private final Map<GenerationId, Integer> claimsGivenUp = new HashMap<>();

    private final Map<GenerationId, Boolean> finished = BoundedMap.ofNewest(FINISHED_MAX);
    /** Those in flight that hold no share: their answer is an error of this replica or a stored one. */
    private final Set<GenerationId> withoutShare = new HashSet<>();

    /** Bytes of requests that hold a share and of running answers, by key. */
    private final Map<String, Long> shareBytesByKey = new HashMap<>();
    /** Sum of {@link #shareBytesByKey}. */
    private long shareBytes;
    /** Bytes of running answers, which are a part of {@link #shareBytes}. */
    private long answerBytes;
    /** Bytes of all requests, with and without a share. */
    private long requestBytes;

    /**
     * @param bytesMax for the requests that hold a share; all requests and the answers to them may take twice as much
     */
    public InFlightRequests(long bytesMax) {
        this.bytesMax = bytesMax;
        this.newBytesMax = bytesMax / 5 * 9;
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

    synchronized void countClaimGivenUp(GenerationId generation) {
        claimsGivenUp.merge(generation, 1, Integer::sum);
    }

    synchronized int claimsGivenUp(GenerationId generation) {
        return claimsGivenUp.getOrDefault(generation, 0);
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

    private void countShared(InFlightRequest request, int more) {
        count(request.requested().keyOrTenant(), more);
    }

    private void count(String key, long more) {
        shareBytes += more;
        shareBytesByKey.merge(key, more, (before, added) -> before + added == 0 ? null : before + added);
    }

    /**
     * Counts what a running answer takes more. What running answers take is released by {@link #shrink}.
     *
     * @return false, without counting it, if there is no room for it, or the key has its share
     */
    synchronized boolean grow(String key, long more) {
        boolean fits = shareBytes + more <= 2 * bytesMax
                && !FairPool.exceedsShare(2 * bytesMax, shareBytes + more, shareBytesByKey.getOrDefault(key, 0L) + more);
        if (fits) {
            count(key, more);
            answerBytes += more;
        }
        return fits;
    }

    synchronized void shrink(String key, long less) {
        count(key, -less);
        answerBytes -= less;
    }

    /**
     * Whether requests, or they and running answers, take so much memory that new generations are rejected. One key alone cannot
     * take as much.
     */
    synchronized boolean isFull() {
        return shareBytes - answerBytes > bytesMax || shareBytes > newBytesMax;
    }

    /**
     * Whether a key has its share, so that its new generations are rejected: of half of what {@link #grow} permits, so that its
     * running answers have room.
     */
    synchronized boolean exceedsShare(String key) {
        return FairPool.exceedsShare(bytesMax, shareBytes, shareBytesByKey.getOrDefault(key, 0L));
    }

    /** Whether requests and running answers take so much memory that no more requests are consumed. */
    synchronized boolean isOverfull() {
        return requestBytes + (long) inFlight.size() * GENERATION_BYTES + answerBytes > 2 * bytesMax;
    }

    /**
     * Heap of requests that hold a share and of running answers, by that for requests. A key that holds more than its share is
     * refused from 0.8 on; with the running answers of several keys it may reach 2.
     */
    public synchronized double occupancy() {
        return (double) shareBytes / bytesMax;
    }

    synchronized long bytes() {
        return requestBytes;
    }
}
