package dev.parley.persistence.kafka;

import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationEvent;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationChanges.Deletion;
import dev.parley.conversations.ConversationChanges.Renaming;
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
 * Stores the turns of a batch, applies what was done to conversations, and sends what is neither to the dead letters. When it returns, nothing of the batch is left to
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
                if (ConversationCodec.carries(encoded.headers())) {
                    ConversationEvent event = ConversationCodec.decode(encoded.headers(), encoded.value());
                    // In the order of the log: what was said before a deletion is there when it is deleted.
                    store(turns);
                    turns.clear();
                    apply(event);
                } else {
                    turns.add(TurnReader.read(encoded));
                }
            } catch (MalformedEventException e) {
                unreadable.add(new Unreadable(encoded, String.valueOf(e.getMessage())));
            }
        }
        store(turns);
        for (Unreadable record : unreadable) {
            deadLetters.send(record.encoded, record.reason);
            journal.dead();
        }
    }

    private void store(List<ArrivedTurn> turns) {
        if (!turns.isEmpty()) {
            TurnJournal.Entry entry = journal.begin();
            Set<GenerationId> stored = store.store(turns);
            entry.stored(turns, stored);
        }
    }

    private void apply(ConversationEvent event) {
        switch (event) {
            case ConversationRenamed renamed -> store.rename(Renaming.of(renamed));
            case ConversationDeleted deleted -> store.delete(Deletion.of(deleted));
        }
        journal.changed(event.getClass().getSimpleName(), event.traceparent());
    }
}
