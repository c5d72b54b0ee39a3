package dev.parley.experiment.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.replay.DeletedConversations;
import dev.parley.replay.kafka.TopicReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * Reads {@code chat.trials}, with all that was written before. Transactions that are open at the end are waited for, within 20 s:
 * behind that of a mirror may be the start of a trial, which would be paid twice.
 *
 * @param reader of what is committed
 */
public record TrialLog(TopicReader reader) implements AutoCloseable {
    /** Of one experiment, in memory at once. */
    private static final int EVENTS_MAX = 50_000;

    /**
     * Connects.
     *
     * @throws IOException if the topic does not exist
     * @throws TopicReader.UnreachableException if the broker does not answer within 4 seconds
     */
    public static TrialLog connect(KafkaConnection connection) throws IOException {
        TrialLog log = new TrialLog(TopicReader.connect(connection, IsolationLevel.READ_COMMITTED));
        if (!log.reader.partitionCounts().containsKey(Topics.TRIALS.name())) {
            log.close();
            throw new IOException("there is no topic chat.trials; ./parley topics creates it");
        }
        return log;
    }

    @Override
    public void close() {
        reader.close();
    }

    public record Logged(TrialEvent event, ConsumerRecord<byte[], byte[]> record) {}

    /**
     * The trials of an experiment.
     *
     * @param all their events, also those of conversations that were deleted since
     * @param last the last event of each trial, without those
     */
    public record Trials(List<TrialEvent> all, List<Logged> last) {
        /** By all events, and those that are left. */
        public static Trials of(List<TrialEvent> all, List<Logged> present) {
            SequencedMap<GenerationId, Logged> last = new LinkedHashMap<>();
            present.forEach(logged -> last.putLast(logged.event().generation(), logged));
            return new Trials(all, List.copyOf(last.values()));
        }

        public List<TrialCompleted> completed() {
            return last.stream()
                    .map(Logged::event)
                    .filter(TrialCompleted.class::isInstance)
                    .map(TrialCompleted.class::cast)
                    .toList();
        }
    }

    /** The events of an experiment, also those of conversations that were deleted since. */
    public List<TrialEvent> events(String experiment) throws IOException {
        return events(read(experiment, Optional.empty()));
    }

    /**
     * The trials of an experiment, by the events that were written from a time on.
     *
     * @throws IOException also if there are more than 50,000
     */
    public Trials trials(String experiment, Optional<Instant> since) throws IOException {
        List<Logged> all = read(experiment, since);
        DeletedConversations deleted = DeletedConversations.read(
                reader, all.stream().map(Logged::record).toList());
        return Trials.of(
                events(all),
                all.stream()
                        .filter(logged -> !deleted.includes(logged.record()))
                        .toList());
    }

    private static List<TrialEvent> events(List<Logged> logged) {
        return logged.stream().map(Logged::event).toList();
    }

    /** Hands on the events of all experiments that were written from a time on, and keeps none. */
    public void read(Instant since, Consumer<TrialEvent> handler) throws IOException {
        read(Optional.of(since), record -> decode(record).ifPresent(handler));
    }

    /** The name of the experiment whose trial started last; mirrors, which run for ever, do not count. */
    public Optional<String> latest() throws IOException {
        List<TrialStarted> last = new ArrayList<>();
        read(Instant.EPOCH, event -> {
            if (event instanceof TrialStarted started
                    && Mirrored.key(started.experiment()).isEmpty()
                    && (last.isEmpty() || last.getFirst().at().isBefore(started.at()))) {
                last.clear();
                last.add(started);
            }
        });
        return last.stream().map(TrialStarted::experiment).findFirst();
    }

    private List<Logged> read(String experiment, Optional<Instant> since) throws IOException {
        List<Logged> logged = new ArrayList<>();
        read(since, record -> {
            if (logged.size() <= EVENTS_MAX
                    && new EventHeaders(record.headers())
                            .find(CloudEvent.EXPERIMENT)
                            .equals(Optional.of(experiment))) {
                decode(record).ifPresent(event -> logged.add(new Logged(event, record)));
            }
        });
        if (logged.size() > EVENTS_MAX) {
            throw new IOException(experiment + " has more than " + EVENTS_MAX + " events: --since selects the newest");
        }
        return logged;
    }

    private void read(Optional<Instant> since, Consumer<ConsumerRecord<byte[], byte[]>> handler) throws IOException {
        reader.readAll(Topics.TRIALS.name(), since, handler);
    }

    private static Optional<TrialEvent> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(TrialCodec.decode(record.headers(), record.value()));
        } catch (MalformedEventException e) {
            // Of a later version. An export of chat.trials shows it.
            return Optional.empty();
        }
    }
}
