package dev.parley.gateway.kafka;

import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.StoredTurn;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.ConversationTail;
import dev.parley.gateway.conversation.Histories;
import dev.parley.gateway.conversation.Histories.Result.Found;
import dev.parley.gateway.conversation.Histories.Result.Late;
import dev.parley.gateway.conversation.Histories.Result.Unrelated;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.conversation.RecentAnswers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Reads the history of a conversation from the table, and from the part of the log that may not be in the table yet.
 * The result ends with the newest completed turn that was on the log at the time of the call, independent of the lag of
 * persistence-worker. If the client names its last answer, and that is completed and not deleted, the result ends with its turn; if
 * the table has that, the log is not read.
 *
 * <p>A client receives the end of an answer some milliseconds before the turn is on the log. The turn that must be
 * present is the one named by the client, or else the last one that ended at this gateway: the read waits for it, unless it
 * cannot come any more.
 */
public final class StoredHistories implements Histories, AutoCloseable {
    private static final int IDLE_MAX = 8;

    private final ConversationReader table;
    /** Consumers with the id of the group that writes the table. They do not subscribe, so they are not members of it. */
    private final Supplier<Consumer<String, byte[]>> consumers;

    private final LogEnds ends;
    private final RecentAnswers recent;
    private final Duration timeout;
    /** The age of a generation after which no turn of it is written. */
    private final Duration turnWithin;

    private final Clock clock;
    private final BoundedFetches fetches;

    private final BlockingQueue<Consumer<String, byte[]>> idle = new ArrayBlockingQueue<>(IDLE_MAX);

    public StoredHistories(
            ConversationReader table,
            Supplier<Consumer<String, byte[]>> consumers,
            LogEnds ends,
            RecentAnswers recent,
            Duration timeout,
            Duration turnWithin,
            BoundedFetches fetches,
            Clock clock) {
        this.table = table;
        this.consumers = consumers;
        this.ends = ends;
        this.recent = recent;
        this.timeout = timeout;
        this.turnWithin = turnWithin;
        this.fetches = fetches;
        this.clock = clock;
    }

    /**
     * {@inheritDoc} For at most the timeout and a second, plus the timeouts of the DynamoDB calls.
     *
     * @throws org.apache.kafka.common.KafkaException if the log cannot be reached
     */
    @Override
    public Result read(ConversationName conversation, Optional<GenerationId> named, LongConsumer turnBytes) {
        Optional<GenerationId> last =
                named.or(() -> recent.lastEnded(conversation).filter(generation -> !isTooOld(generation)));
        // Not for the last one of this gateway: the client may have a later one from another gateway.
        Optional<StoredTurn> stored = named(conversation, named, turnBytes);
        if (stored.isPresent()) {
            return new Found(history(stored.get()));
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        Consumer<String, byte[]> kept = idle.poll();
        Consumer<String, byte[]> consumer = kept == null ? consumers.get() : kept;
        boolean isKept = false;
        Supplier<Result> result;
        try {
            TailReading reading =
                    new TailReading(conversation, named, consumer, ends::of, fetches, turnBytes, deadline);
            result = read(conversation, named, last, reading, turnBytes);
            consumer.unsubscribe();
            isKept = idle.offer(consumer);
        } finally {
            if (!isKept) {
                close(consumer);
            }
        }
        return result.get();
    }

    /**
     * Reads the log before the table: everything that the writer committed by then is in the table.
     *
     * @return reads the table
     */
    private Supplier<Result> read(
            ConversationName conversation,
            Optional<GenerationId> named,
            Optional<GenerationId> last,
            TailReading reading,
            LongConsumer turnBytes) {
        if (!reading.readToEnd()) {
            return Late::new;
        }
        Optional<GenerationId> missing = last.filter(
                        generation -> !reading.tail().covers(generation))
                .filter(generation -> !isStored(conversation, generation));
        if (missing.isPresent()
                && named.filter(generation -> isUnrelated(conversation, generation))
                        .isPresent()) {
            return Unrelated::new;
        }
        return missing.filter(generation -> !reading.readUntil(generation)).isPresent()
                ? Late::new
                : () -> new Found(last(conversation, named, reading.tail(), turnBytes));
    }

    /** Whether a generation without a turn in a conversation will never have one there. */
    private boolean isUnrelated(ConversationName conversation, GenerationId generation) {
        return isTooOld(generation)
                || recent.conversationOf(generation)
                        .filter(other -> !other.equals(conversation))
                        .isPresent();
    }

    /** Whether no turn of a generation is written any more. */
    private boolean isTooOld(GenerationId generation) {
        return generation.madeAt().plus(turnWithin).isBefore(clock.instant());
    }

    /** A turn may follow its deletion on the log, and the reading may have started between the two. */
    private History last(
            ConversationName conversation,
            Optional<GenerationId> named,
            ConversationTail tail,
            LongConsumer turnBytes) {
        Optional<StoredTurn> kept =
                stored(conversation, named, turnBytes).filter(turn -> !tail.isDeleted(turn.generation()));
        Optional<ConversationTail.Completed> later = tail.last(
                        generation -> table.isDeleted(conversation.tenant(), conversation.conversation(), generation))
                .filter(turn -> kept.isEmpty()
                        || tail.follows(turn.generation(), kept.get().generation()));
        return later.map(turn -> turn.history().get())
                .or(() -> kept.map(StoredHistories::history))
                .orElse(History.EMPTY);
    }

    private static History history(StoredTurn turn) {
        return History.after(turn.facts(), turn.message().tree());
    }

    /** The named turn: later ones, as of another tab, may not contain it. The newest one if it is not completed, or none is named. */
    private Optional<StoredTurn> stored(ConversationName name, Optional<GenerationId> named, LongConsumer turnBytes) {
        return named(name, named, turnBytes)
                .or(() -> table.newestCompleted(name.tenant(), name.conversation(), turnBytes));
    }

    /** The named turn, if the table has it, and it is completed and not deleted. */
    private Optional<StoredTurn> named(ConversationName name, Optional<GenerationId> named, LongConsumer turnBytes) {
        return named.flatMap(generation -> table.completed(name.tenant(), name.conversation(), generation, turnBytes));
    }

    private boolean isStored(ConversationName name, GenerationId generation) {
        return table.isRecorded(name.tenant(), name.conversation(), generation);
    }

    private static void close(Consumer<String, byte[]> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    @Override
    public void close() {
        idle.forEach(StoredHistories::close);
    }
}
