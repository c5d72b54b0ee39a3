package dev.parley.gateway.kafka;

import dev.parley.gateway.answer.ResumedAnswer;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The readers of answers from the log, each on a virtual thread; no more at once than allowed. */
public final class AnswerReaders {
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final int readersMax;
    private final AtomicInteger reading = new AtomicInteger();
    private final ThreadFactory threads =
            Thread.ofVirtual().name("answer-reader-", 0).factory();

    public AnswerReaders(Supplier<Consumer<String, byte[]>> consumers, int readersMax) {
        this.consumers = consumers;
        this.readersMax = readersMax;
    }

    public int size() {
        return reading.get();
    }

    /** Begins to read an answer; empty if as many are read as may be. */
    public Optional<AnswerReader> read(ResumedAnswer answer) {
        if (reading.incrementAndGet() > readersMax) {
            reading.decrementAndGet();
            return Optional.empty();
        }
        AnswerReader reader = new AnswerReader(consumers, answer);
        threads.newThread(() -> run(reader)).start();
        return Optional.of(reader);
    }

    private void run(AnswerReader reader) {
        try {
            reader.run();
            reader.answer().drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reading.decrementAndGet();
        }
    }
}
