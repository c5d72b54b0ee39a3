package dev.parley.persistence.kafka;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.persistence.telemetry.TurnJournal;
import dev.parley.persistence.turn.ArrivedTurn;
import dev.parley.persistence.turn.TurnStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Stores the turns of a batch and sends what is none to the dead letters. When it returns, nothing of the batch is left to
 * do and its offsets are committed; when it throws, the whole batch comes again, which changes nothing that is done.
 *
 * <p>Dead letters are sent last: a batch that waits for DynamoDB and comes again must not send them each time.
 */
public final class TurnListener implements Consumer<TurnRecords> {
    private final TurnStore store;
    private final DeadLetters deadLetters;
    private final TurnJournal journal;

    public TurnListener(
            TurnStore store, ProducerFactory<byte[], byte[]> producers, KafkaSettings settings, TurnJournal journal) {
        this.store = store;
        this.deadLetters = new DeadLetters(producers, settings.deadLetterTimeout());
        this.journal = journal;
    }

    private record Unreadable(ConsumerRecord<byte[], byte[]> encoded, String reason) {}

    @Override
    public void accept(TurnRecords batch) {
        List<ArrivedTurn> turns = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> encoded : batch.records()) {
            try {
                turns.add(TurnReader.read(encoded));
            } catch (MalformedEventException e) {
                unreadable.add(new Unreadable(encoded, String.valueOf(e.getMessage())));
            }
        }
        if (!turns.isEmpty()) {
            TurnJournal.Entry entry = journal.begin();
            Set<GenerationId> stored = store.store(turns);
            entry.stored(turns, stored);
        }
        for (Unreadable record : unreadable) {
            deadLetters.send(record.encoded, record.reason);
            journal.dead();
        }
    }
}
