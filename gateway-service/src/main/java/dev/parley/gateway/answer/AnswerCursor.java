package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;

/** Keeps a reader's pieces in order: drops what is old or doubled, notices what is missing. */
final class AnswerCursor {
    /** What to do with a piece. */
    enum Step {
        NEXT,
        SKIP,
        GAP
    }

    private int attempt = 1;
    private int nextSequence;

    Step step(Delta delta) {
        if (delta.attempt() < attempt) {
            return Step.SKIP;
        }
        if (delta.attempt() > attempt) {
            attempt = delta.attempt();
            nextSequence = 0;
        }
        if (delta.sequence() < nextSequence) {
            return Step.SKIP;
        }
        boolean gap = delta.sequence() > nextSequence;
        nextSequence = delta.sequence() + 1;
        return gap ? Step.GAP : Step.NEXT;
    }
}
