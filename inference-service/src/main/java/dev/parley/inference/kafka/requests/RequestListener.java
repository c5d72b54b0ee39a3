package dev.parley.inference.kafka.requests;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.inference.kafka.KafkaSettings;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnershipCheck;
import dev.parley.inference.kafka.partitions.PartitionOwnership;
import dev.parley.inference.kafka.partitions.TurnLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes {@code chat.requests}. Starts generations without waiting for them, and commits each partition up to its oldest
 * unfinished request. One thread.
 */
public final class RequestListener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestListener.class);
    private static final Duration POLL = Duration.ofMillis(300);

    /** Longest poll while no request can be started: one that ends makes room, and a partition may be opened meanwhile. */
    private static final Duration SHORT_POLL = Duration.ofMillis(100);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    /**
     * Time to leave the group. Together with what it takes to interrupt generations, less than the shutdown phase has beside
     * the grace period.
     */
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final IntFunction<Producer<String, byte[]>> turnProducers;
    private final ToLongFunction<TopicPartition> ends;
    private final KafkaSettings settings;
    private final GenerationExecutor executor;
    private final DeadLetterPublisher deadLetters;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Time of the next commit, by {@link System#nanoTime()}. */
    private long commitDue;

    private volatile boolean joined;
    private volatile Map<TopicPartition, Long> positions = Map.of();

    /** Of the partitions that were given back at the stop. */
    private volatile List<TurnLog> left = List.of();

    /**
     * @param ends asks for the end of a partition; called by any thread
     */
    public RequestListener(
            Supplier<Consumer<String, byte[]>> consumers,
            IntFunction<Producer<String, byte[]>> turnProducers,
            ToLongFunction<TopicPartition> ends,
            KafkaSettings settings,
            GenerationExecutor executor,
            DeadLetterPublisher deadLetters) {
        this.consumers = consumers;
        this.turnProducers = turnProducers;
        this.ends = ends;
        this.settings = settings;
        this.executor = executor;
        this.deadLetters = deadLetters;
    }

    /** Whether this replica is a member of the group, with partitions or without. */
    public boolean joined() {
        return joined;
    }

    /** The first request of each partition of this replica that has not been begun, as of the last commit interval. */
    public Map<TopicPartition, Long> positions() {
        return positions;
    }

    /** Consumes until {@link #stop()}, and leaves the group. A consumer that fails is replaced after a second. */
    @Override
    public void run() {
        try {
            do {
                listen();
                joined = false;
                positions = Map.of();
            } while (!stopping.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    /**
     * Commits and leaves the group, so that other replicas get the requests at once; then waits for the running generations
     * within the grace period, and releases the others. The turns of those that end are recorded here, or by the next owner of
     * their partition once that has opened it. Blocks for at most five seconds more than the grace period, of which three are for a
     * group that does not answer.
     */
    public void stop() throws InterruptedException {
        stopping.countDown();
        if (!stopped.await(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("The group could not be left within {} s", LEAVE_TIMEOUT.toSeconds());
        }
        try {
            executor.drain(settings.shutdownGrace());
        } finally {
            left.forEach(TurnLog::close);
        }
    }

    private void listen() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            OwnershipCheck ownership =
                    new OwnershipCheck(settings.sessionTimeout(), System::nanoTime, Clock.systemUTC());
            PartitionOwnership partitions =
                    new PartitionOwnership(consumer, turnProducers, ends, ownership, executor::lost);
            consumer.subscribe(List.of(Topics.REQUESTS.name()), partitions);
            commitDue = System.nanoTime();
            try {
                while (stopping.getCount() > 0) {
                    pollOnce(consumer, partitions, ownership);
                }
            } finally {
                if (stopping.getCount() == 0) {
                    left = partitions.leave();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Consuming requests failed and starts again", e);
        }
    }

    private void pollOnce(Consumer<String, byte[]> consumer, PartitionOwnership partitions, OwnershipCheck ownership) {
        boolean waits = pauseOrResume(consumer, partitions) || partitions.areOpening();
        ConsumerRecords<String, byte[]> requests = consumer.poll(waits ? SHORT_POLL : POLL);
        ownership.tick();
        boolean owned = confirmOwnership(requests, ownership, consumer);
        if (owned) {
            for (ConsumerRecord<String, byte[]> request : requests) {
                submit(request, partitions.of(new TopicPartition(request.topic(), request.partition())));
            }
        }
        joined = !consumer.groupMetadata().memberId().isEmpty();
        if (System.nanoTime() - commitDue >= 0) {
            if (owned) {
                // That fences the current owner of the partition.
                partitions.reopenTurnLogs();
            }
            partitions.commitFinished();
            positions = partitions.positions();
            commitDue = System.nanoTime() + settings.commitInterval().toNanos();
        }
    }

    /**
     * Asks the group to confirm the ownership if it is uncertain, also without polled records, because running generations may
     * wait for the result. Records whose ownership is not confirmed are returned to the consumer; the next poll brings them again
     * if this replica is still a member.
     *
     * @return false if the ownership is not confirmed
     */
    private static boolean confirmOwnership(
            ConsumerRecords<String, byte[]> requests, OwnershipCheck ownership, Consumer<String, byte[]> consumer) {
        if (!ownership.isUncertain() || consumer.assignment().isEmpty()) {
            return true;
        }
        try {
            LOG.info(
                    "Confirming the ownership of {} partitions",
                    consumer.assignment().size());
            ownership.confirm(consumer);
            return true;
        } catch (KafkaException e) {
            LOG.warn("{} requests are not processed yet: {}", requests.count(), e.toString());
            requests.partitions()
                    .forEach(partition -> consumer.seek(
                            partition, requests.records(partition).getFirst().offset()));
            return false;
        }
    }

    private boolean pauseOrResume(Consumer<String, byte[]> consumer, PartitionOwnership partitions) {
        boolean pause = executor.shouldPause();
        if (pause) {
            consumer.pause(consumer.assignment());
        } else {
            partitions.resume();
        }
        return pause;
    }

    private void submit(ConsumerRecord<String, byte[]> encoded, OwnedPartition from) {
        from.watermark().begin(encoded.offset());
        try {
            InFlightRequest request = new InFlightRequest(
                    RequestCodec.decodeChatRequested(encoded.headers(), encoded.value()), from, encoded.offset());
            executor.submit(request, encoded.offset() >= from.firstNewOffset());
        } catch (MalformedEventException e) {
            var _ = deadLetters
                    .publishWithRetries(encoded, e.reason())
                    .thenRun(() -> from.watermark().finish(encoded.offset()));
        }
    }
}
