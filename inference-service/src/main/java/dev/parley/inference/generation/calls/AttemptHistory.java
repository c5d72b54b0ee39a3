package dev.parley.inference.generation.calls;

import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.event.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls to Claude of one generation, by all of its owners. Owned by the thread of the generation. */
public final class AttemptHistory {
    private final List<AttemptRecord> attempts = new ArrayList<>();
    private boolean allKnown = true;

    public void add(AttemptRecord call) {
        attempts.add(call);
    }

    /** Adds the calls that an earlier owner has recorded. */
    public void recorded(List<Attempt> calls) {
        calls.stream().map(AttemptRecord::of).forEach(attempts::add);
    }

    /**
     * Adds an event that a call of an earlier owner has delivered, in the order of the log. How a call has ended is recorded after its
     * events.
     *
     * @param unrecorded makes the record of a call that has none
     */
    public void delivered(int attempt, JsonNode event, IntFunction<AttemptRecord> unrecorded) {
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
                            ? counted(event, -outputTokensBefore(attempt))
                            : event);
        }
    }

    /** A {@code message_delta} with so many more output tokens, if it has any. */
    public static ObjectNode counted(JsonNode event, long outputTokens) {
        ObjectNode counted = (ObjectNode) event.deepCopy();
        if (counted.path("usage").path("output_tokens").isIntegralNumber()) {
            ObjectNode usage = counted.withObject("usage");
            usage.put("output_tokens", usage.path("output_tokens").longValue(0) + outputTokens);
        }
        return counted;
    }

    /** Records of earlier owners are missing: there may have been other calls, and those that have not ended may have delivered more. */
    public void incomplete() {
        allKnown = false;
        attempts.stream().filter(AttemptRecord::isInterrupted).forEach(AttemptRecord::incomplete);
    }

    public boolean allKnown() {
        return allKnown;
    }

    private long outputTokensBefore(int attempt) {
        return attempts.stream()
                .filter(call -> call.number() < attempt)
                .mapToLong(call -> call.usage().outputTokens())
                .sum();
    }

    public boolean none() {
        return attempts.isEmpty();
    }

    public AttemptRecord last() {
        return attempts.getLast();
    }

    /** The last one of which Claude has begun an answer. */
    public Optional<AttemptRecord> lastNamed() {
        return attempts.reversed().stream().filter(AttemptRecord::modelIsNamed).findFirst();
    }

    public long outputTokens() {
        return attempts.stream().mapToLong(call -> call.usage().outputTokens()).sum();
    }

    /** The encoded calls for the next owner. Without prices, which follow from the usage. */
    public byte[] attemptList() {
        return attempts.isEmpty()
                ? new byte[0]
                : AttemptList.encode(
                        attempts.stream().map(AttemptRecord::attemptForLog).toList());
    }

    public List<AttemptRecord> all() {
        return List.copyOf(attempts);
    }
}
