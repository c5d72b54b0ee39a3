package dev.parley.gateway.kafka;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.EventId;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.session.Caller;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Reads answers again from the log, each on a virtual thread. An answer that was deleted with its conversation is not found. */
public final class ResumedAnswers {
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final BoundedFetches fetches;
    /** The deletions up to now; may block and throw. */
    private final Supplier<Deletions> deletions;

    /** Receives each generation before its last piece is sent. */
    private final BiConsumer<ConversationName, GenerationId> completed;

    private final AnswerSettings answers;
    private final ResumeSettings settings;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final AtomicInteger reading = new AtomicInteger();
    private final LateSearches lateSearches = new LateSearches();
    private final ThreadFactory threads =
            Thread.ofVirtual().name("answer-reader-", 0).factory();

    public ResumedAnswers(
            Supplier<Consumer<String, byte[]>> consumers,
            BoundedFetches fetches,
            Supplier<Deletions> deletions,
            BiConsumer<ConversationName, GenerationId> completed,
            AnswerSettings answers,
            ResumeSettings settings,
            Clock clock,
            LongSupplier nanoTime) {
        this.consumers = consumers;
        this.fetches = fetches;
        this.deletions = deletions;
        this.completed = completed;
        this.answers = answers;
        this.settings = settings;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** The number of answers that are being read. */
    public int size() {
        return reading.get();
    }

    /**
     * Starts to read an answer of the caller's tenant.
     *
     * @param after the last event that the reader received; empty for none
     * @param room is asked for room for large pieces, in bytes, which is needed until the end
     * @param ended runs at the end
     */
    public GenerationReader read(
            Caller caller, GenerationId generation, Optional<EventId> after, LongPredicate room, Runnable ended) {
        TenantId tenant = caller.tenant();
        reading.incrementAndGet();
        GenerationReader reader = new GenerationReader(
                consumers,
                fetches,
                new ResumedAnswer(
                        generation,
                        after,
                        answers,
                        settings,
                        room,
                        conversation -> deletions.get().cover(tenant, conversation, generation),
                        conversation -> completed.accept(new ConversationName(tenant, conversation), generation),
                        clock,
                        nanoTime),
                caller.identity(),
                lateSearches);
        threads.newThread(() -> run(reader, ended)).start();
        return reader;
    }

    private void run(GenerationReader reader, Runnable ended) {
        try {
            reader.run();
            reader.answer().drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reading.decrementAndGet();
            ended.run();
        }
    }
}
