package dev.parley.gateway.kafka;

import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.places.FairPool.Reservation;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The readers of resumed answers, each on a virtual thread. */
public final class AnswerReaders {
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final AtomicInteger reading = new AtomicInteger();
    private final ThreadFactory threads =
            Thread.ofVirtual().name("answer-reader-", 0).factory();

    public AnswerReaders(Supplier<Consumer<String, byte[]>> consumers) {
        this.consumers = consumers;
    }

    public int size() {
        return reading.get();
    }

    /** Starts to read an answer, and closes its place in the pool of readers at the end. */
    public GenerationReader read(ResumedAnswer answer, Reservation place) {
        reading.incrementAndGet();
        GenerationReader reader = new GenerationReader(consumers, answer);
        threads.newThread(() -> run(reader, place)).start();
        return reader;
    }

    private void run(GenerationReader reader, Reservation place) {
        try {
            reader.run();
            reader.answer().drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reading.decrementAndGet();
            place.close();
        }
    }
}
