package dev.parley.inference.kafka.requests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.RecordSender;
import dev.parley.inference.generation.DeltaSink;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.limits.AnswerBytes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes deltas to {@code chat.deltas}: at a low rate each at once. At a high rate, what follows the first token of an answer
 * is merged to few records, because each costs in every process that it passes, and those of all answers are sent together, a
 * few milliseconds later, because a request to the broker costs more than a record.
 */
public final class DeltaPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaPublisher.class);

    /** The type of an event with a token. What an answer has up to its first one is never delayed. */
    private static final String TOKEN = "content_block_delta";

    /** Bound of all answers: half of the buffer of a producer, so that {@code send} does not wait for room. */
    private static final int UNDELIVERED_BYTES_MAX = 16 * 1024 * 1024;

    /** A bound with which up to seven partitions that cannot be written leave room for the answers on others. */
    private static final int UNDELIVERED_BYTES_OF_PARTITION_MAX = UNDELIVERED_BYTES_MAX / 8;

    private static final int UNDELIVERED_BYTES_OF_ANSWER_MAX = 1024 * 1024;
    private static final int RECORD_OVERHEAD_BYTES = 200;

    /**
     * How many times of an interval answers have in common. With one, each delta that comes a little late for it would take two
     * intervals.
     */
    private static final int STEPS_OF_INTERVAL = 2;

    /** As long as a request to a broker may take. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<String, byte[]> prompt;
    private final Producer<String, byte[]> lingering;
    private final ArrivalRate rate;
    /** In nanoseconds; 0 if nothing is merged. */
    private final long mergeStep;

    private final AtomicLong undelivered = new AtomicLong();
    /** Undelivered bytes by partition, of which there are few. */
    private final Map<Integer, AtomicLong> undeliveredOfPartitions = new ConcurrentHashMap<>();

    private volatile boolean lingeringIsReady;

    /**
     * @param prompt sends at once
     * @param lingering sends together what arrives within a few milliseconds
     * @param rate of the deltas of all answers: the lingering producer is used while it is high
     * @param mergeInterval the time between two deltas of an answer while the rate is high, at times that all answers have in common;
     *     zero: they wait for nothing
     */
    public DeltaPublisher(
            Producer<String, byte[]> prompt,
            Producer<String, byte[]> lingering,
            ArrivalRate rate,
            Duration mergeInterval) {
        this.prompt = prompt;
        this.lingering = lingering;
        this.rate = rate;
        this.mergeStep = mergeInterval.isZero() ? 0 : Math.max(mergeInterval.toNanos() / STEPS_OF_INTERVAL, 1);
    }

    /**
     * Fetches the metadata without which the first {@code send} of a producer blocks. Until then the lingering producer is not
     * used. Blocks until Kafka is reached, or the thread is interrupted.
     */
    public void loadMetadata() {
        while (!lingeringIsReady) {
            try {
                prompt.partitionsFor(Topics.DELTAS.name());
                lingering.partitionsFor(Topics.DELTAS.name());
                lingeringIsReady = true;
            } catch (InterruptException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("Kafka cannot be reached yet: {}", e.toString());
            }
        }
    }

    /**
     * The sink of a generation.
     *
     * @param conversation which the first delta of each attempt carries
     * @param owner the partition that the request came from
     * @param answer counts what is kept of the answer
     */
    public Sink to(int partition, ConversationId conversation, OwnedPartition owner, AnswerBytes answer) {
        return new Sink(partition, conversation, owner, answer);
    }

    /**
     * Writes a heartbeat that repeats the first record of an attempt, so that no reader counts it. It may be written after minutes,
     * or never.
     *
     * @param attempt on the log
     * @return completed when it is written
     */
    public CompletableFuture<Void> probe(
            GenerationId generation, int attempt, int partition, ConversationId conversation) {
        RecordSender sender = prompt::send;
        return sender.sent(DeltaCodec.encode(new Heartbeat(generation, attempt, 0), partition, conversation));
    }

    /** Closes the producers once what was sent is delivered. */
    @Override
    public void close() {
        prompt.close();
        lingering.close();
    }

    /** Publishes the deltas of one generation. Used by one thread at a time. */
    public final class Sink implements DeltaSink {
        private final int partition;
        private final ConversationId conversation;
        private final OwnedPartition owner;
        private final AnswerBytes answer;
        private final CompletableFuture<Void> lost = new CompletableFuture<>();
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        private final AtomicLong undeliveredOfPartition;
        private final AtomicLong undeliveredOfAnswer = new AtomicLong();
        private Producer<String, byte[]> latest = prompt;
        private boolean tokenSent;
        /** The common time at which, or after which, the last delta was published. */
        private long lastStep;

        private volatile int attempt;
        private volatile boolean superseded;

        private Sink(int partition, ConversationId conversation, OwnedPartition owner, AnswerBytes answer) {
            this.partition = partition;
            this.undeliveredOfPartition = undeliveredOfPartitions.computeIfAbsent(partition, _ -> new AtomicLong());
            this.conversation = conversation;
            this.owner = owner;
            this.answer = answer;
        }

        /**
         * After a delta that could not be delivered the next one fails: no reader may see a gap.
         *
         * @throws NotOwnerException after {@link #stopIfSuperseded}
         */
        @Override
        public void publish(Delta next) {
            if (superseded) {
                throw new NotOwnerException();
            }
            attempt = next.attempt();
            lost.getNow(null);
            CompletableFuture<Void> delivery = new CompletableFuture<>();
            choose(next);
            last = delivery;
            ProducerRecord<String, byte[]> delta = DeltaCodec.encode(next, partition, conversation);
            int bytes = delta.value().length + RECORD_OVERHEAD_BYTES;
            countUndelivered(bytes);
            try {
                var _ = latest.send(delta, (_, failure) -> delivered(bytes, delivery, failure));
            } catch (RuntimeException e) {
                // Then the producer does not run the callback.
                delivered(bytes, delivery, e);
                throw e;
            }
        }

        private void delivered(int bytes, CompletableFuture<Void> delivery, @Nullable Exception failure) {
            countUndelivered(-bytes);
            if (failure == null) {
                delivery.complete(null);
            } else {
                delivery.completeExceptionally(failure);
                lost.completeExceptionally(failure);
            }
        }

        private void countUndelivered(int bytes) {
            undelivered.addAndGet(bytes);
            undeliveredOfPartition.addAndGet(bytes);
            undeliveredOfAnswer.addAndGet(bytes);
        }

        /**
         * Stops publishing if an attempt on the log is later than that of these deltas, of which no reader gets more then. Called
         * by any thread.
         *
         * @return whether publishing has stopped, by this call or an earlier one
         */
        boolean stopIfSuperseded(int later) {
            if (later > attempt) {
                superseded = true;
            }
            return superseded;
        }

        /** The time until the next of the common times that is an interval after the last delta: those of all answers are sent together. */
        @Override
        public Duration mergeDelay() {
            if (mergeStep == 0 || !tokenSent || !rate.isHigh()) {
                return Duration.ZERO;
            }
            long now = rate.nanoTime();
            long next = Math.max(Math.floorDiv(now, mergeStep) + 1, lastStep + STEPS_OF_INTERVAL);
            return Duration.ofNanos(next * mergeStep - now);
        }

        @Override
        public boolean hasRoom() {
            return undelivered.get() < UNDELIVERED_BYTES_MAX
                    && undeliveredOfPartition.get() < UNDELIVERED_BYTES_OF_PARTITION_MAX
                    && undeliveredOfAnswer.get() < UNDELIVERED_BYTES_OF_ANSWER_MAX;
        }

        @Override
        public boolean keep(long bytes) {
            return answer.add(bytes);
        }

        @Override
        public Optional<byte[]> unpack(CachedAnswer stored) {
            if (!answer.takeStored(stored)) {
                return Optional.empty();
            }
            Optional<byte[]> frames = stored.frames();
            if (frames.isEmpty()) {
                answer.releaseStored();
            }
            return frames;
        }

        @Override
        public void dropUnpacked() {
            answer.releaseStored();
        }

        /** Two producers keep no order between them, so the producer changes only when all deltas are delivered. */
        private void choose(Delta delta) {
            boolean canWait = delta instanceof Frames && tokenSent;
            tokenSent = tokenSent || (delta instanceof Frames shown && hasToken(shown.frames()));
            Producer<String, byte[]> wanted = rate.count() && canWait && lingeringIsReady ? lingering : prompt;
            if (last.isDone()) {
                latest = wanted;
            }
            if (mergeStep > 0) {
                lastStep = Math.floorDiv(rate.nanoTime(), mergeStep);
            }
        }

        private static boolean hasToken(byte[] frames) {
            return new String(frames, ISO_8859_1).contains(TOKEN);
        }

        @Override
        public void begin(Delta first) throws InterruptedException {
            owner.awaitOwnership();
            publish(first);
            awaitDelivery();
            owner.awaitOwnership();
        }

        /**
         * Publishes the first record of an attempt. The first such record on the log owns the attempt, so the caller has to
         * check that no other one precedes it.
         *
         * @return the offset of the record; empty if it is not delivered within five seconds. It may be delivered later, so the log
         *     has to be read again
         */
        public OptionalLong claim(GenerationId generation, int claimed) throws InterruptedException {
            attempt = claimed;
            try {
                return OptionalLong.of(
                        prompt.send(DeltaCodec.encode(new Heartbeat(generation, claimed, 0), partition, conversation))
                                .get(WRITE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                                .offset());
            } catch (TimeoutException e) {
                return OptionalLong.empty();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RetriableException) {
                    return OptionalLong.empty();
                }
                throw new IllegalStateException("a claim could not be delivered", e);
            }
        }

        /** Whether the last delta is on the log, for which it waits for five seconds at most. It may be delivered later. */
        public boolean isDeliveredInTime() throws InterruptedException {
            try {
                last.get(WRITE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException | ExecutionException e) {
                return false;
            }
        }

        /** Waits until all deltas are on the log, at most for the delivery timeout of the producer. */
        public void awaitDelivery() throws InterruptedException {
            try {
                last.get();
                if (lost.isDone()) {
                    lost.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a delta could not be delivered", e);
            }
        }
    }
}
