package dev.parley.inference.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;

/** A turn that waits to be recorded together with its marker, and the result. Guarded by the lock of its {@link TurnLog}. */
final class PendingTurn {
    final ProducerRecord<String, byte[]> turn;
    final ProducerRecord<String, byte[]> marker;
    final int repairsBefore;
    boolean decided;
    boolean recorded;

    /**
     * A turn without a result.
     *
     * @param repairsBefore the number of repairs of the log when the work on this turn started
     */
    PendingTurn(ProducerRecord<String, byte[]> turn, ProducerRecord<String, byte[]> marker, int repairsBefore) {
        this.turn = turn;
        this.marker = marker;
        this.repairsBefore = repairsBefore;
    }
}
