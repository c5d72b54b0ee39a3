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
 * Reads the history of a conversation: from the table, and from the part of the log that may not be in the table yet. So
 * it has every turn that was on the log when it was asked for, however far the writer of the table is behind.
 *
 * <p>A client has the end of an answer some milliseconds before the turn is on the log. The turn that must not be missing
 * is the one the client names, or the last one that this gateway saw ending: it is waited for.
 */
public final class StoredHistories implements Histories {
    private final ConversationReader table;
    private final TurnLog log;
    private final RecentAnswers recent;
    private final Duration patience;
    private final Clock clock;

    public StoredHistories(
            ConversationReader table, TurnLog log, RecentAnswers recent, Duration patience, Clock clock) {
        this.table = table;
        this.log = log;
        this.recent = recent;
        this.patience = patience;
        this.clock = clock;
    }

    /** As the interface says. Blocks, for the patience and DynamoDB's time-outs at most. */
    @Override
    public HistoryResult read(ConversationName conversation, Optional<GenerationId> named) {
        Instant deadline = clock.instant().plus(patience);
        Optional<GenerationId> last = named.or(() -> recent.lastEnded(conversation));
        if (last.filter(generation -> isStored(conversation, generation)).isPresent()) {
            return new Read(stored(conversation).map(StoredHistories::history).orElse(History.EMPTY));
        }
        Optional<TurnLog.Reading> opened = log.open(conversation);
        if (opened.isEmpty()) {
            return new Busy();
        }
        try (TurnLog.Reading reading = opened.get()) {
            return read(conversation, last, reading, deadline);
        }
    }

    /** The log first: what the writer has committed by then, the table has for certain. */
    private HistoryResult read(
            ConversationName conversation, Optional<GenerationId> last, TurnLog.Reading reading, Instant deadline) {
        if (!reading.toTheEnd(deadline)) {
            return new Behind();
        }
        boolean missing = last.filter(generation -> !reading.gap().knows(generation))
                .filter(generation -> !isStored(conversation, generation))
                .filter(generation -> !reading.until(generation, deadline))
                .isPresent();
        return missing ? new Behind() : new Read(newest(conversation, reading.gap()));
    }

    /** A turn of the log may come after the deletion that covers it, and the reading may have begun between the two. */
    private History newest(ConversationName conversation, TurnGap gap) {
        Optional<StoredTurn> kept = stored(conversation).filter(turn -> !gap.isDeleted(turn.generation()));
        Optional<TurnGap.Completed> newer = gap.newest()
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
