package dev.parley.eventlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a Kafka consumer on one thread until it is closed. A consumer that fails is closed, and replaced after a second: no
 * failure of the broker, and no defect in the handling of a record, ends the reading.
 */
public final class LogTail implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    /** What is read and how it is handled. All methods are called by the thread of the tail. */
    public interface Reader {
        /** Whether what is read can be handled. Without it there is no consumer, and the question is repeated after a second. */
        default boolean isReady() {
            return true;
        }

        /** Assigns a new consumer its partitions, and seeks to where reading starts or resumes. */
        void assign(Consumer<String, byte[]> consumer);

        /** Handles what a poll has returned, which may be nothing. */
        void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records);
    }

    private final String name;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Duration pollTimeout;
    private final Reader reader;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** The one that is polled. */
    private volatile Optional<Consumer<String, byte[]>> polled = Optional.empty();

    /**
     * Makes a tail that reads nothing until {@link #start()} or {@link #run()}.
     *
     * @param name of its thread, and in the log
     * @param pollTimeout bounds the wait for records
     */
    public LogTail(String name, Supplier<Consumer<String, byte[]>> consumers, Duration pollTimeout, Reader reader) {
        this.name = name;
        this.consumers = consumers;
        this.pollTimeout = pollTimeout;
        this.reader = reader;
    }

    /** Starts a daemon thread that reads until {@link #close()}. */
    public void start() {
        Thread.ofPlatform().name(name).daemon().start(this);
    }

    /** Reads until {@link #close()}, or until the thread is interrupted. */
    @Override
    public void run() {
        try {
            do {
                readUntilFailure();
            } while (!closing.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    private void readUntilFailure() {
        try {
            if (reader.isReady()) {
                read();
            }
        } catch (RuntimeException | Error e) {
            if (closing.getCount() > 0) {
                LOG.warn("{} failed and starts again in {} ms", name, RETRY_PAUSE.toMillis(), e);
            }
        }
    }

    private void read() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            polled = Optional.of(consumer);
            reader.assign(consumer);
            while (closing.getCount() > 0) {
                reader.handle(consumer, consumer.poll(pollTimeout));
            }
        }
    }

    /** Ends the poll in progress; does not wait for what the reader does. */
    @Override
    public void close() {
        closing.countDown();
        polled.ifPresent(Consumer::wakeup);
    }

    /** Stops a tail that was started, and waits for its end, for five seconds at most. */
    public void stop() {
        close();
        try {
            if (!stopped.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} did not stop in time", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
