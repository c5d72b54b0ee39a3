package dev.parley.experiment.mirror;

import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.trial.PastTurn;
import java.io.IOException;
import java.util.List;

/** The turns as they are written, each once, and the log of their trials. */
public interface LiveTurns {
    /** The next turns, in the order of each partition; none if nothing arrives for a moment. */
    List<LiveTurn> next() throws IOException;

    /** Whether the conversation of a turn was deleted after it. */
    boolean deleted(PastTurn turn) throws IOException;

    /** Marks a turn, and all before it in its partition, as done. It is not returned again after a {@link #commit()}. */
    void pass(LiveTurn turn);

    /** Stores what is done. */
    void commit() throws IOException;

    /** Writes the start of the trial of a turn, and marks and stores the turn as done, both or neither. */
    void start(LiveTurn turn, TrialStarted event) throws IOException;

    /** Writes the result of a trial. May be called by any thread. */
    void end(TrialEvent event) throws IOException;
}
