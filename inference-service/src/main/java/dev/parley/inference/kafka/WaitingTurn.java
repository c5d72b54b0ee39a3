package dev.parley.inference.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;

/** A turn that is to be recorded together with its marker, and what came of it. Guarded by the lock of its {@link TurnLog}. */
final class WaitingTurn {
    final ProducerRecord<String, byte[]> turn;
    final ProducerRecord<String, byte[]> marker;
    final int mendsBefore;
    boolean decided;
    boolean recorded;

    /**
     * Undecided.
     *
     * @param mendsBefore how often the log had been mended when the work on this turn began
     */
    WaitingTurn(ProducerRecord<String, byte[]> turn, ProducerRecord<String, byte[]> marker, int mendsBefore) {
        this.turn = turn;
        this.marker = marker;
        this.mendsBefore = mendsBefore;
    }
}
