package dev.parley.experiment.kafka;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.experiment.trial.PastTurn;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/** The deletions of the last day and from now on, by {@code chat.deletions}. Thread-safe. */
public final class LiveDeletions implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final FoldedTopic<Deletions> deletions;

    /**
     * Starts to read them.
     *
     * @param name the client ids begin with it
     * @param clock deletions are forgotten when they are a day old by this clock
     */
    public LiveDeletions(KafkaClients clients, String name, Clock clock) {
        this.deletions = Deletions.start(clients, name, TIMEOUT, clock);
    }

    /** Whether the conversation of a turn was deleted after it. Includes what was deleted before the call. */
    public boolean cover(PastTurn turn) throws IOException {
        try {
            TurnFacts facts = turn.facts();
            return deletions.upToDate().cover(facts.tenant(), facts.conversation(), facts.generation());
        } catch (KafkaException e) {
            throw new IOException("chat.deletions cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        deletions.close();
    }
}
