package dev.parley.inference.generation;

import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.event.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/** The calls to Claude of one generation, by all of its owners. Owned by the thread of the generation. */
final class AttemptHistory {
    private final List<AttemptRecord> attempts = new ArrayList<>();
    private boolean allKnown = true;

    void add(AttemptRecord call) {
        attempts.add(call);
    }

    /** Adds the calls that an earlier owner has recorded. */
    void recorded(List<Attempt> calls) {
        calls.stream().map(AttemptRecord::of).forEach(attempts::add);
    }

    /**
     * Adds an event that a call of an earlier owner has delivered, in the order of the log. How a call has ended is recorded after its
     * events.
     *
     * @param unrecorded makes the record of a call that has none
     */
    void delivered(int attempt, JsonNode event, IntFunction<AttemptRecord> unrecorded) {
        AttemptRecord call = attempts.stream()
                .filter(known -> known.number() == attempt)
                .findFirst()
                .orElseGet(() -> {
                    attempts.add(unrecorded.apply(attempt));
                    return last();
                });
        if (call.isInterrupted()) {
            call.received(
                    event.path("type").stringValue("").equals("message_delta")
                            ? Splicer.counted(event, -outputTokensBefore(attempt))
                            : event);
        }
    }

    /** Records of earlier owners are missing: there may have been other calls, and those that have not ended may have delivered more. */
    void incomplete() {
        allKnown = false;
        attempts.stream().filter(AttemptRecord::isInterrupted).forEach(AttemptRecord::incomplete);
    }

    boolean allKnown() {
        return allKnown;
    }

    private long outputTokensBefore(int attempt) {
        return attempts.stream()
                .filter(call -> call.number() < attempt)
                .mapToLong(call -> call.usage().outputTokens())
                .sum();
    }

    boolean none() {
        return attempts.isEmpty();
    }

    AttemptRecord last() {
        return attempts.getLast();
    }

    /** The last one of which Claude has begun an answer. */
    Optional<AttemptRecord> lastNamed() {
        return attempts.reversed().stream().filter(AttemptRecord::modelIsNamed).findFirst();
    }

    long outputTokens() {
        return attempts.stream().mapToLong(call -> call.usage().outputTokens()).sum();
    }

    /** The encoded calls for the next owner. Without prices, which follow from the usage. */
    byte[] attemptList() {
        return attempts.isEmpty()
                ? new byte[0]
                : AttemptList.encode(
                        attempts.stream().map(AttemptRecord::attemptForLog).toList());
    }

    List<AttemptRecord> all() {
        return List.copyOf(attempts);
    }
}
