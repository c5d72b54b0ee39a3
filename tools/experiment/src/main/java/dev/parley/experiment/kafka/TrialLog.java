package dev.parley.experiment.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.replay.DeletedConversations;
import dev.parley.replay.kafka.TopicReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads {@code chat.trials}. */
public record TrialLog(TopicReader reader) {
    /** Of one experiment, in memory at once. */
    private static final int EVENTS_MAX = 50_000;

    public record Logged(TrialEvent event, ConsumerRecord<byte[], byte[]> record) {}

    /**
     * The events of an experiment.
     *
     * @param all also those of conversations that were deleted since
     * @param present without them
     */
    public record Trials(List<TrialEvent> all, List<Logged> present) {}

    /** The events of an experiment, also those of conversations that were deleted since. */
    public List<TrialEvent> events(String experiment) throws IOException {
        return events(read(experiment, Optional.empty()));
    }

    /**
     * The events of an experiment that were written from a time on, and which of them are of conversations that were deleted
     * since.
     *
     * @throws IOException also if there are more than 50,000
     */
    public Trials trials(String experiment, Optional<Instant> since) throws IOException {
        List<Logged> all = read(experiment, since);
        DeletedConversations deleted = DeletedConversations.read(
                reader, all.stream().map(Logged::record).toList());
        return new Trials(
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
        if (!reader.partitionCounts().containsKey(Topics.TRIALS.name())) {
            throw new IOException("there is no topic chat.trials; ./parley topics creates it");
        }
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
