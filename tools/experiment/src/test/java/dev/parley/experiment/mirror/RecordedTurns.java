package dev.parley.experiment.mirror;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.trial.PastTurn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One partition in memory, which outlives the runs that read it. */
final class RecordedTurns implements LiveTurns {
    final List<TrialEvent> events = Collections.synchronizedList(new ArrayList<>());
    final Set<GenerationId> deleted = ConcurrentHashMap.newKeySet();

    /** How many events can be written before the log is gone, as if the process were killed. */
    volatile int eventsMax = Integer.MAX_VALUE;

    /** Called before each look at the deletions. */
    Runnable beforeDeletionCheck = () -> {};

    private final List<LiveTurn> turns;
    private Runnable atEnd = () -> {};
    private int stored;
    private int passed;
    private int read;

    RecordedTurns(List<LiveTurn> turns) {
        this.turns = turns;
    }

    /** What is to be mirrored. */
    List<Mirrored> mirrored() {
        return turns.stream().flatMap(turn -> turn.mirrored().stream()).toList();
    }

    /** Begins at the stored position. */
    void reopen(Runnable atTheEnd) {
        read = stored;
        passed = stored;
        atEnd = atTheEnd;
    }

    @Override
    public List<LiveTurn> next() {
        List<LiveTurn> next = turns.subList(read, Math.min(turns.size(), read + 3));
        read += next.size();
        if (next.isEmpty()) {
            atEnd.run();
        }
        return next;
    }

    @Override
    public boolean deleted(PastTurn turn) {
        beforeDeletionCheck.run();
        return deleted.contains(turn.facts().generation());
    }

    @Override
    public void pass(LiveTurn turn) {
        passed = (int) turn.offset() + 1;
    }

    @Override
    public void commit() {
        stored = passed;
    }

    @Override
    public void start(LiveTurn turn, TrialStarted event) throws IOException {
        end(event);
        pass(turn);
        commit();
    }

    @Override
    public synchronized void end(TrialEvent event) throws IOException {
        if (events.size() >= eventsMax) {
            throw new IOException("the log is gone");
        }
        events.add(event);
    }
}
