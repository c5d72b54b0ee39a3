package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.StoredTurn;
import dev.parley.gateway.conversation.HistoryResult.Behind;
import dev.parley.gateway.conversation.HistoryResult.Busy;
import dev.parley.gateway.conversation.HistoryResult.Read;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads the history of a conversation from the table, and from the part of the log that may not be in the table yet.
 * The result contains every turn that was on the log at the time of the call, independent of the lag of
 * persistence-worker.
 *
 * <p>A client receives the end of an answer some milliseconds before the turn is on the log. The turn that must be
 * present is the one named by the client, or else the last one that ended at this gateway: the read waits for it.
 */
public final class StoredHistories implements Histories {
    private final ConversationReader table;
    private final UnstoredTurns log;
    private final RecentAnswers recent;
    private final Duration timeout;
    private final Clock clock;

    public StoredHistories(
            ConversationReader table, UnstoredTurns log, RecentAnswers recent, Duration timeout, Clock clock) {
        this.table = table;
        this.log = log;
        this.recent = recent;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** {@inheritDoc} For at most the timeout plus the timeouts of the DynamoDB calls. */
    @Override
    public HistoryResult read(ConversationName conversation, Optional<GenerationId> named) {
        Instant deadline = clock.instant().plus(timeout);
        Optional<GenerationId> last = named.or(() -> recent.lastEnded(conversation));
        if (last.filter(generation -> isStored(conversation, generation)).isPresent()) {
            return new Read(stored(conversation).map(StoredHistories::history).orElse(History.EMPTY));
        }
        Optional<UnstoredTurns.Reading> opened = log.open(conversation);
        if (opened.isEmpty()) {
            return new Busy();
        }
        try (UnstoredTurns.Reading reading = opened.get()) {
            return read(conversation, last, reading, deadline);
        }
    }

    /** Reads the log before the table: everything that the writer committed by then is in the table. */
    private HistoryResult read(
            ConversationName conversation,
            Optional<GenerationId> last,
            UnstoredTurns.Reading reading,
            Instant deadline) {
        if (!reading.readToEnd(deadline)) {
            return new Behind();
        }
        boolean missing = last.filter(generation -> !reading.tail().covers(generation))
                .filter(generation -> !isStored(conversation, generation))
                .filter(generation -> !reading.readUntil(generation, deadline))
                .isPresent();
        return missing ? new Behind() : new Read(newest(conversation, reading.tail()));
    }

    /** A turn may follow its deletion on the log, and the reading may have started between the two. */
    private History newest(ConversationName conversation, ConversationTail tail) {
        Optional<StoredTurn> kept = stored(conversation).filter(turn -> !tail.isDeleted(turn.generation()));
        Optional<ConversationTail.Completed> newer = tail.newest()
                .filter(turn -> !table.isDeleted(conversation.tenant(), conversation.conversation(), turn.generation()))
                .filter(turn -> kept.isEmpty()
                        || turn.generation()
                                        .value()
                                        .compareTo(kept.get().generation().value())
                                > 0);
        return newer.map(turn -> turn.history().get())
                .or(() -> kept.map(StoredHistories::history))
                .orElse(History.EMPTY);
    }

    private static History history(StoredTurn turn) {
        return History.after(turn.request(), turn.message());
    }

    private Optional<StoredTurn> stored(ConversationName name) {
        return table.newestCompleted(name.tenant(), name.conversation());
    }

    private boolean isStored(ConversationName name, GenerationId generation) {
        return table.isRecorded(name.tenant(), name.conversation(), generation);
    }
}
