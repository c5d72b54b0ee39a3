package dev.parley.inference.kafka;

import dev.parley.contracts.id.GenerationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The generations that were taken from the topic and are not settled, each with all of its requests: a sender that died
 * may have sent one twice. Remembers the settled ones for a while, so that a late double is not begun again.
 */
final class GenerationsInHand {
    private static final int REMEMBERED_MAX = 100_000;

    /** Of all requests together: a fifth of the heap, as their turns take as much again. */
    private static final long BYTES_MAX = Runtime.getRuntime().maxMemory() / 5;

    private final Map<GenerationId, List<RequestInHand>> inHand = new HashMap<>();
    private long bytes;
    private final Map<GenerationId, Integer> failures = new HashMap<>();
    private final Map<GenerationId, Boolean> settled = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Boolean> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /**
     * Takes a request in hand.
     *
     * @return whether it is the first of its generation, so that something has to be done for it
     */
    synchronized boolean take(RequestInHand request) {
        if (settled.containsKey(request.generation())) {
            request.finish();
            return false;
        }
        List<RequestInHand> requests = inHand.computeIfAbsent(request.generation(), unknown -> new ArrayList<>());
        requests.add(request);
        bytes += request.bytes();
        return requests.size() == 1;
    }

    /** The work on it failed, for no outcome that was foreseen. How often it has. */
    synchronized int failed(GenerationId generation) {
        return failures.merge(generation, 1, Integer::sum);
    }

    synchronized int failures(GenerationId generation) {
        return failures.getOrDefault(generation, 0);
    }

    /** The turn is on the log: all requests of the generation are finished. */
    synchronized void settle(GenerationId generation) {
        remove(generation).forEach(RequestInHand::finish);
        failures.remove(generation);
        settled.put(generation, Boolean.TRUE);
    }

    /**
     * Nothing came of it so far.
     *
     * @return a request of the generation whose partition is still ours; if there is none, it is in hand no more
     */
    synchronized Optional<RequestInHand> again(GenerationId generation) {
        Optional<RequestInHand> ours = inHand.getOrDefault(generation, List.of()).stream()
                .filter(request -> request.from().turns().isOpen())
                .findFirst();
        if (ours.isEmpty()) {
            failures.remove(generation);
            remove(generation);
        }
        return ours;
    }

    private List<RequestInHand> remove(GenerationId generation) {
        List<RequestInHand> removed = inHand.getOrDefault(generation, List.of());
        inHand.remove(generation);
        removed.forEach(request -> bytes -= request.bytes());
        return removed;
    }

    /** Whether the requests are so large together that new ones are to be refused. */
    boolean isFull() {
        return bytes() > BYTES_MAX;
    }

    /** Whether they are so large together that no more are to be taken from the topic. */
    boolean isOverfull() {
        return bytes() > 2 * BYTES_MAX;
    }

    /** How large all requests in hand are together. */
    synchronized long bytes() {
        return bytes;
    }
}
