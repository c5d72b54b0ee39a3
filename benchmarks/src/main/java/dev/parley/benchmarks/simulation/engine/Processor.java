package dev.parley.benchmarks.simulation.engine;

import java.util.ArrayDeque;

/**
 * The cores of a machine. Work that finds them all busy waits in line; none is interrupted, as pieces of work are much
 * shorter than a scheduler's time slice.
 */
public final class Processor implements Busy {
    private final Timeline timeline;
    private final String name;
    private final int cores;
    private final ArrayDeque<Work> waiting = new ArrayDeque<>();
    private int running;
    private double used;
    private double usedBefore;

    public Processor(Timeline timeline, String name, int cores) {
        this.timeline = timeline;
        this.name = name;
        this.cores = cores;
    }

    /** Uses a core for so long, and then goes on. */
    public void execute(double seconds, Runnable then) {
        Work work = new Work(seconds, then);
        if (running < cores) {
            start(work);
        } else {
            waiting.add(work);
        }
    }

    private void start(Work work) {
        running++;
        timeline.after(work.seconds, () -> end(work));
    }

    private void end(Work work) {
        running--;
        used += work.seconds;
        Work next = waiting.poll();
        if (next != null) {
            start(next);
        }
        work.then.run();
    }

    public int cores() {
        return cores;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void beginToMeasure() {
        usedBefore = used;
    }

    @Override
    public double share(double seconds) {
        return (used - usedBefore) / (cores * seconds);
    }

    private record Work(double seconds, Runnable then) {}
}
