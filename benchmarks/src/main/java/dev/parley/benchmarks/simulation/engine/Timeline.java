package dev.parley.benchmarks.simulation.engine;

import java.util.PriorityQueue;

/**
 * What happens when, in seconds. Steps of the same time come in the order in which they were planned, so that the same plan
 * always runs the same way. One thread.
 */
public final class Timeline {
    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private double now;
    private long planned;

    public double now() {
        return now;
    }

    /** Plans a step. What lies in the past happens now. */
    public void at(double time, Runnable action) {
        steps.add(new Step(Math.max(time, now), planned++, action));
    }

    public void after(double delay, Runnable action) {
        at(now + delay, action);
    }

    /** Lets time pass, step by step, until nothing is planned before {@code end}. */
    public void runUntil(double end) {
        for (Step step = steps.peek(); step != null && step.time < end; step = steps.peek()) {
            steps.poll();
            now = step.time;
            step.action.run();
        }
        now = end;
    }

    private record Step(double time, long order, Runnable action) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Double.compare(time, other.time);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }
}
