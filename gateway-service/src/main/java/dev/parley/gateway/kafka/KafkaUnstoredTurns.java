package dev.parley.gateway.kafka;

import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.UnstoredTurns;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/** Reads the end of {@code chat.turns} with a bounded pool of consumers, of which up to 8 stay open while idle. */
public final class KafkaUnstoredTurns implements UnstoredTurns, AutoCloseable {
    private static final int IDLE_MAX = 8;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Clock clock;
    private final Semaphore permits;

    /** Consumers not in use. Guarded by itself. */
    private final Deque<Consumer<String, byte[]>> idle = new ArrayDeque<>();

    /**
     * Creates an empty pool.
     *
     * @param consumers consumers with the id of the group that writes the table, not subscribed, so not members of it
     */
    public KafkaUnstoredTurns(Supplier<Consumer<String, byte[]>> consumers, int readersMax, Clock clock) {
        this.consumers = consumers;
        this.clock = clock;
        this.permits = new Semaphore(readersMax);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.apache.kafka.common.KafkaException if the log cannot be reached
     */
    @Override
    public Optional<Reading> open(ConversationName conversation) {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new UnstoredTurnsReading(conversation, take(), this::giveBack, clock));
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    private Consumer<String, byte[]> take() {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return consumers.get();
    }

    /** Takes a consumer back. A consumer that failed is closed. */
    private void giveBack(Consumer<String, byte[]> consumer, boolean sound) {
        boolean kept = false;
        if (sound) {
            consumer.unsubscribe();
            synchronized (idle) {
                kept = idle.size() < IDLE_MAX;
                if (kept) {
                    idle.push(consumer);
                }
            }
        }
        if (!kept) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
        permits.release();
    }

    @Override
    public void close() {
        synchronized (idle) {
            idle.forEach(consumer -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
            idle.clear();
        }
    }
}
