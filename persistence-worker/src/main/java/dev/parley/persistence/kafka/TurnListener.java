package dev.parley.persistence.kafka;

import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationEvent;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.contracts.json.Utf8;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.spring.RecordBatch;
import dev.parley.persistence.telemetry.TurnTelemetry;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.persistence.turn.TurnStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;

/**
 * Stores the turns of a batch, applies the changes of conversations, and publishes dead letters for all other records. When it
 * returns, the batch is processed and its offsets are committed. When it throws, the whole batch is redelivered; processing a record
 * again has no effect. Changes are applied one by one, so many of them may take long: after a while the rest of the batch is returned
 * to Spring, which commits what is done.
 *
 * <p>Dead letters are published last, so that a batch that is redelivered until DynamoDB is back publishes them once.
 */
public final class TurnListener implements Consumer<RecordBatch> {
    private static final Logger LOG = LoggerFactory.getLogger(TurnListener.class);

    private final TurnStore store;
    private final DeadLetterPublisher deadLetters;
    private final KafkaSettings settings;
    private final TurnTelemetry telemetry;

    public TurnListener(
            TurnStore store, DeadLetterPublisher deadLetters, KafkaSettings settings, TurnTelemetry telemetry) {
        this.store = store;
        this.deadLetters = deadLetters;
        this.settings = settings;
        this.telemetry = telemetry;
    }

    private record Unreadable(ConsumerRecord<byte[], byte[]> encoded, String reason) {}

    @Override
    public void accept(RecordBatch batch) {
        try {
            process(batch);
        } catch (StoreUnavailableException e) {
            // Spring's error handler logs no messages.
            LOG.warn("A batch is not stored: {}", e.getMessage());
            throw e;
        }
    }

    private void process(RecordBatch batch) {
        List<PreparedTurn> turns = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < batch.records().size(); i++) {
            ConsumerRecord<byte[], byte[]> encoded = batch.records().get(i);
            try {
                switch (TurnsEvent.decode(encoded.headers(), encoded.value())) {
                    case Turn turn -> turns.add(prepared(turn, encoded));
                    case ConversationEvent event -> {
                        // In the order of the log: turns before a deletion are stored when it is applied.
                        store(turns);
                        turns.clear();
                        if (i > 0
                                && System.nanoTime() - start
                                        >= settings.batchTimeMax().toNanos()) {
                            publishDeadLetters(unreadable);
                            throw new BatchListenerFailedException("the rest of the batch is read again", i);
                        }
                        apply(event);
                    }
                    case AnswerRated _, AnswerEvicted _ -> {
                        // Not stored.
                    }
                }
            } catch (MalformedEventException e) {
                unreadable.add(new Unreadable(encoded, String.valueOf(e.getMessage())));
            }
        }
        store(turns);
        publishDeadLetters(unreadable);
    }

    /** The turn that was decoded from a record; a {@link MalformedEventException} has none of its text. */
    static PreparedTurn prepared(Turn turn, ConsumerRecord<byte[], byte[]> encoded) {
        EventHeaders headers = new EventHeaders(encoded.headers());
        return MalformedEventException.orMalformed("the turn cannot be stored", () -> {
            PreparedTurn prepared = PreparedTurn.of(
                    turn,
                    encoded.value(),
                    headers.find(CloudEvent.TRACEPARENT).orElse(turn.facts().traceparent()));
            check(prepared, headers);
            return prepared;
        });
    }

    private static void check(PreparedTurn turn, EventHeaders headers) {
        if (!turn.generation().value().equals(headers.require(CloudEvent.GENERATION))) {
            throw new MalformedEventException("header and value name different generations");
        }
        if (!turn.encoded().tenant().value().equals(headers.require(CloudEvent.TENANT))) {
            throw new MalformedEventException("header and value name different tenants");
        }
        if (Utf8.length(turn.activity().user()) > ChatRequested.USER_BYTES_MAX) {
            throw new MalformedEventException("the user has more than " + ChatRequested.USER_BYTES_MAX + " bytes");
        }
    }

    private void publishDeadLetters(List<Unreadable> records) {
        for (Unreadable record : records) {
            deadLetters
                    .publish(record.encoded, record.reason)
                    .orTimeout(settings.deadLetterTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            telemetry.dead();
        }
    }

    private void store(List<PreparedTurn> turns) {
        if (!turns.isEmpty()) {
            Instant begun = telemetry.begin();
            telemetry.stored(begun, turns, store.store(turns));
        }
    }

    private void apply(ConversationEvent event) {
        switch (event) {
            case ConversationRenamed renamed -> store.rename(renamed);
            case ConversationDeleted deleted -> store.delete(deleted);
        }
        telemetry.changed(event.getClass().getSimpleName(), event.traceparent());
    }
}
