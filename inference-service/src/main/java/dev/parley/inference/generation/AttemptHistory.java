package dev.parley.inference.generation;

import dev.parley.contracts.delta.AttemptList;
import java.util.ArrayList;
import java.util.List;

/** The calls to Claude of one generation, by all of its owners. Owned by the thread of the generation. */
final class AttemptHistory {
    private final List<AttemptRecord> calls = new ArrayList<>();

    void add(AttemptRecord call) {
        calls.add(call);
    }

    /**
     * Adds the calls of earlier owners.
     *
     * @param byItsFrames the newest call as read from the delivered frames, valid if no other call delivered any
     * @param silent the newest call without usage, if its frames cannot be told apart
     * @param outputTokens of all calls together, as delivered to the reader
     */
    void after(GenerationLog log, AttemptRecord byItsFrames, AttemptRecord silent, long outputTokens) {
        log.attempts().stream().map(AttemptRecord::of).forEach(calls::add);
        if (calls.isEmpty()) {
            calls.add(log.copiedBefore() ? silent : byItsFrames);
            return;
        }
        if (last().number() < log.attempt()) {
            calls.add(log.allFramesFromNewest() ? byItsFrames : silent);
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

    /** The output tokens of all calls. */
    long outputTokens() {
        return calls.stream().mapToLong(call -> call.usage().outputTokens()).sum();
    }

    /** The encoded calls for the next owner. Without prices, which follow from the usage. */
    byte[] encoded() {
        return calls.isEmpty()
                ? new byte[0]
                : AttemptList.encode(calls.stream().map(AttemptRecord::attempt).toList());
    }

    List<AttemptRecord> all() {
        return List.copyOf(calls);
    }
}
