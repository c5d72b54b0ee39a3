package dev.parley.inference.generation;

import dev.parley.contracts.delta.Account;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The calls to Claude of one generation, over all of its owners, and what they are billed. Owned by its thread. */
final class CallsMade {
    private final List<AttemptRecord> calls = new ArrayList<>();

    void add(AttemptRecord call) {
        calls.add(call);
    }

    /**
     * Takes in the calls of the owners before, as they have written them down.
     *
     * @param byItsFrames the newest call as its frames tell of it, which they do if no other has shown anything
     * @param silent the newest call as nothing tells of it
     * @param outputTokens what the reader was told of all of them together
     */
    void after(Slice slice, AttemptRecord byItsFrames, AttemptRecord silent, long outputTokens) {
        slice.account().stream().map(AttemptRecord::of).forEach(calls::add);
        if (calls.isEmpty()) {
            calls.add(slice.copiedBefore() ? silent : byItsFrames);
            return;
        }
        if (last().number() < slice.attempt()) {
            calls.add(slice.allShownByNewest() ? byItsFrames : silent);
        }
        long before = outputTokens() - last().usage().outputTokens();
        last().countedOutput(outputTokens - before);
    }

    boolean none() {
        return calls.isEmpty();
    }

    AttemptRecord last() {
        return calls.getLast();
    }

    /** Of all calls together. */
    long outputTokens() {
        return calls.stream().mapToLong(call -> call.usage().outputTokens()).sum();
    }

    /** For whoever takes over. Without costs, which follow from the rest. */
    byte[] account() {
        return calls.isEmpty()
                ? new byte[0]
                : Account.encode(calls.stream()
                        .map(call -> call.attempt(BigDecimal.ZERO))
                        .toList());
    }

    List<AttemptRecord> all() {
        return List.copyOf(calls);
    }
}
