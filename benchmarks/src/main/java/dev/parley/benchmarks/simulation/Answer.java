package dev.parley.benchmarks.simulation;

/** One answer on its way, and what its reader has seen of it. */
final class Answer {
    private final int number;
    private final double asked;
    private final int gateway;
    private final int requestPartition;
    private double recordAllowedAt;
    private int gathered;
    private int rounds;
    private double lastSeen;
    private boolean seen;

    Answer(int number, double asked, int gateway, int requestPartition) {
        this.number = number;
        this.asked = asked;
        this.gateway = gateway;
        this.requestPartition = requestPartition;
    }

    /**
     * Deltas of an answer that travel together.
     *
     * @param last whether the answer ends with them
     */
    record Piece(Answer answer, int deltas, boolean last) {}

    int number() {
        return number;
    }

    int gateway() {
        return gateway;
    }

    int requestPartition() {
        return requestPartition;
    }

    /** Deltas have come from Claude; says when they may go on, which is at once unless a record has gone just before. */
    double gather(int deltas, double now) {
        rounds++;
        gathered += deltas;
        return Math.max(now, recordAllowedAt);
    }

    /** Whether what came last began to gather: who comes later goes with it. */
    boolean isFirstToWait() {
        return rounds == 1;
    }

    boolean somethingGathered() {
        return gathered > 0;
    }

    /** All that has gathered, as one piece; the next one may go an interval later. */
    Piece send(double now, double interval, boolean last) {
        Piece piece = new Piece(this, gathered, last);
        gathered = 0;
        rounds = 0;
        recordAllowedAt = now + interval;
        return piece;
    }

    /**
     * A piece has come to its reader.
     *
     * @param directSeconds what the first one takes without Parley
     */
    void arrive(int deltas, double now, double directSeconds, Outcome outcome) {
        outcome.delivered(now, deltas);
        if (!seen) {
            outcome.firstToken(asked, now - asked - directSeconds);
        } else if (now > lastSeen) {
            outcome.gap(now, now - lastSeen);
        }
        seen = true;
        lastSeen = now;
    }
}
