package dev.parley.inference.kafka;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from {@code chat.requests}. Never waits for a generation: it starts them, and commits each partition
 * up to the oldest that is unfinished. Runs on one thread.
 */
public final class InferenceListener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(InferenceListener.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final IntFunction<Producer<String, byte[]>> turnProducers;
    private final KafkaSettings settings;
    private final GenerationDesk desk;
    private final DeadLetters deadLetters;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean joined;

    public InferenceListener(
            KafkaClients clients, KafkaSettings settings, GenerationDesk desk, DeadLetters deadLetters) {
        this(clients::requestConsumer, clients::turnProducer, settings, desk, deadLetters);
    }

    InferenceListener(
            Supplier<Consumer<String, byte[]>> consumers,
            IntFunction<Producer<String, byte[]>> turnProducers,
            KafkaSettings settings,
            GenerationDesk desk,
            DeadLetters deadLetters) {
        this.consumers = consumers;
        this.turnProducers = turnProducers;
        this.settings = settings;
        this.desk = desk;
        this.deadLetters = deadLetters;
    }

    /** Whether this replica is a member of the group and owns partitions, or is content without. */
    public boolean joined() {
        return joined;
    }

    /** Until {@link #stop()}. A broken Kafka client is replaced after a second. */
    @Override
    public void run() {
        try {
            do {
                listen();
                joined = false;
            } while (!stopping.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS));
            desk.drain(settings.shutdownGrace());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    /**
     * Commits and leaves the group, so that others take the requests at once; then lets the running generations end within
     * the grace, and releases those that do not. The turns of those that do are recorded by the partitions' next owners.
     */
    public void stop() throws InterruptedException {
        stopping.countDown();
        if (!stopped.await(settings.shutdownGrace().plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("Stopped without leaving the group");
        }
    }

    private void listen() throws InterruptedException {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            Membership membership = new Membership(settings.sessionTimeout(), System::nanoTime);
            PartitionOwnership partitions = new PartitionOwnership(consumer, turnProducers, membership);
            consumer.subscribe(List.of(Topics.REQUESTS.name()), partitions);
            long commitDue = System.nanoTime();
            while (stopping.getCount() > 0) {
                takeOrPause(consumer);
                ConsumerRecords<String, byte[]> requests = consumer.poll(POLL);
                membership.tick();
                boolean ours = areOurs(requests, membership, consumer);
                if (ours) {
                    for (ConsumerRecord<String, byte[]> request : requests) {
                        take(request, partitions.of(new TopicPartition(request.topic(), request.partition())));
                    }
                }
                joined = !consumer.groupMetadata().memberId().isEmpty();
                if (System.nanoTime() - commitDue >= 0) {
                    if (ours) {
                        // Else it would shut out the partitions' next owner.
                        partitions.mendTurnLogs();
                    }
                    partitions.commitFinished();
                    commitDue = System.nanoTime() + settings.commitInterval().toNanos();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Listening to requests failed, beginning anew", e);
        }
    }

    /**
     * What cannot be told to be ours is given back; the next poll brings it again, if the group still knows us. Asked even
     * if there is nothing to give back, for running generations may wait for the answer.
     */
    private static boolean areOurs(
            ConsumerRecords<String, byte[]> requests, Membership membership, Consumer<String, byte[]> consumer) {
        if (!membership.inDoubt() || consumer.assignment().isEmpty()) {
            return true;
        }
        try {
            LOG.info(
                    "Asking the group whether {} partitions are still ours",
                    consumer.assignment().size());
            membership.ask(consumer);
            return true;
        } catch (KafkaException e) {
            LOG.warn("{} requests are given back: {}", requests.count(), e.toString());
            requests.partitions()
                    .forEach(partition -> consumer.seek(
                            partition, requests.records(partition).getFirst().offset()));
            return false;
        }
    }

    private void takeOrPause(Consumer<String, byte[]> consumer) {
        if (desk.crowded()) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
    }

    private void take(ConsumerRecord<String, byte[]> encoded, OwnedPartition from) throws InterruptedException {
        from.watermark().begin(encoded.offset());
        try {
            RequestInHand request = new RequestInHand(
                    RequestCodec.decodeChatRequested(encoded.headers(), encoded.value()), from, encoded.offset());
            desk.take(request, encoded.offset() >= from.freshFrom());
        } catch (MalformedEventException e) {
            deadLetters.send(encoded, e.reason(), () -> from.watermark().finish(encoded.offset()));
        }
    }
}
