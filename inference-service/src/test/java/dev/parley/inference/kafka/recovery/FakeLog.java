package dev.parley.inference.kafka.recovery;

import static java.util.Objects.requireNonNull;

import dev.parley.answercache.Lookup.NotFound;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.commands.Cancellations;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequests;
import dev.parley.inference.kafka.requests.LostGenerations;
import dev.parley.inference.kafka.requests.NewRequestHandler;
import dev.parley.inference.kafka.requests.RequestCoalescing;
import dev.parley.inference.limits.GenerationPlaces;
import dev.parley.inference.limits.HeapShares;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One partition of {@code chat.deltas} in memory, with any number of readers; {@code chat.turns} is empty. Thread-safe. */
public final class FakeLog {
    public static final int PARTITION = 0;

    /** Of a poll that finds nothing, so that a thread that polls in a loop leaves the processor to others. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final MockProducer<String, byte[]> written = new Writer();
    private final Cancellations cancellations = new Cancellations(Clock.systemUTC());
    private final AtomicInteger horizons = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger closedByInterruptedThreads = new AtomicInteger();
    private final AtomicReference<Runnable> beforeBeginnings = new AtomicReference<>(() -> {});
    private final AtomicInteger polled = new AtomicInteger();
    private final AtomicInteger turnReads = new AtomicInteger();
    private final AtomicInteger turnLookups = new AtomicInteger();
    private final Set<Integer> withoutLeader = ConcurrentHashMap.newKeySet();
    /** What waits to be written, by the partitions that cannot be. */
    private final Map<Integer, List<CompletableFuture<Void>>> unwritable = new ConcurrentHashMap<>();

    private volatile long beginning;
    private volatile boolean turnsStandStill;
    /** From which offset on nothing is committed. */
    private volatile OptionalInt hangsAt = OptionalInt.empty();

    private volatile CountDownLatch claimsHeld = new CountDownLatch(0);

    public Consumer<String, byte[]> reader() {
        return new Reader(false);
    }

    /** An executor that publishes to this log, without cached answers. */
    public GenerationExecutor executor(Claude claude) {
        return executor(claude, 50, Runtime.getRuntime().maxMemory() / 5, RunningInference.router(_ -> new NotFound()));
    }

    public GenerationExecutor executor(Claude claude, int generationsMax, long requestBytesMax, RequestRouter router) {
        GenerationRunner runner = runner(claude);
        HeapShares heap = new HeapShares(requestBytesMax, requestBytesMax / 8 * 5);
        InFlightRequests inFlight = new InFlightRequests(heap);
        GenerationPlaces places = new GenerationPlaces(generationsMax, heap);
        return new GenerationExecutor(
                new NewRequestHandler(
                        router,
                        runner,
                        new RequestCoalescing(runner, Deletions::new, Clock.systemUTC()),
                        places,
                        inFlight),
                places,
                heap,
                inFlight,
                cancellations,
                new LostGenerations(() -> new Reader(true)),
                publisher(),
                Executors.newVirtualThreadPerTaskExecutor());
    }

    /** Those of the generations of all executors. */
    public Cancellations cancellations() {
        return cancellations;
    }

    /** Takes generations over, on the threads of the executor. */
    public RecoveryExecutor recoveries(GenerationExecutor executor, Claude claude) {
        return recoveries(executor, claude, TakeoverClaim.READ_TIMEOUT);
    }

    public RecoveryExecutor recoveries(GenerationExecutor executor, Claude claude, Duration claimReadTimeout) {
        return new RecoveryExecutor(executor, runner(claude), () -> new Reader(true), claimReadTimeout);
    }

    private static GenerationRunner runner(Claude claude) {
        return RunningInference.runner(claude, RunningInference.generations(Duration.ofSeconds(3)));
    }

    public DeltaPublisher publisher() {
        return new DeltaPublisher(written, written, ArrivalRate.ofMerged(1_000), Duration.ZERO);
    }

    public void write(Delta delta, Instant at) {
        ProducerRecord<String, byte[]> encoded = DeltaCodec.encode(delta, PARTITION);
        var _ = written.send(new ProducerRecord<>(
                encoded.topic(), PARTITION, at.toEpochMilli(), encoded.key(), encoded.value(), encoded.headers()));
    }

    public List<Delta> deltas() {
        return records().stream().map(DeltaCodec::decode).toList();
    }

    /** The number of readers that were closed by an interrupted thread, for which Kafka logs an error. */
    public int closedByInterruptedThreads() {
        return closedByInterruptedThreads.get();
    }

    /** The number of reads of the end offset. */
    public int horizons() {
        return horizons.get();
    }

    /** The number of records that the readers were given. */
    public int polled() {
        return polled.get();
    }

    /** Deletes the records below an offset. */
    public void forget(long below) {
        beginning = below;
    }

    /** Runs this before the beginnings of partitions are asked for the next time. */
    public void beforeNextBeginnings(Runnable action) {
        beforeBeginnings.set(action);
    }

    /** A partition that has no record and no leader. */
    public void addWithoutLeader(int partition) {
        withoutLeader.add(partition);
    }

    public void addLeader(int partition) {
        withoutLeader.remove(partition);
    }

    /** Makes all writes to a partition wait. It can be read. */
    public void holdWrites(int partition) {
        unwritable.put(partition, new CopyOnWriteArrayList<>());
    }

    /** The number of writes to a partition that wait. */
    public int heldWrites(int partition) {
        return requireNonNull(unwritable.get(partition)).size();
    }

    /** Makes a partition take what waits, and what is written from now on. */
    public void takeWrites(int partition) {
        synchronized (written) {
            requireNonNull(unwritable.remove(partition)).forEach(held -> held.complete(null));
        }
    }

    /** Makes what waits to be written to a partition fail. What is written from now on waits. */
    public void failHeldWrites(int partition) {
        requireNonNull(unwritable.put(partition, new CopyOnWriteArrayList<>()))
                .forEach(held -> held.completeExceptionally(new TimeoutException("the broker is away")));
    }

    /** Ends what is committed with a record of a transaction that hangs, or not. */
    public void hang(boolean hang) {
        hangsAt = hang ? OptionalInt.of(written.history().size()) : OptionalInt.empty();
    }

    /** Makes {@code chat.turns} have a record that cannot be read, or none. */
    public void holdTurns(boolean hold) {
        turnsStandStill = hold;
    }

    /** The number of polls of {@code chat.turns}. */
    public int turnReads() {
        return turnReads.get();
    }

    /** The number of searches of {@code chat.turns}. */
    public int turnLookups() {
        return turnLookups.get();
    }

    /** Makes the claims of take-overs read nothing, or read on. */
    public void holdClaims(boolean hold) {
        CountDownLatch before = claimsHeld;
        claimsHeld = new CountDownLatch(hold ? 1 : 0);
        before.countDown();
    }

    /** Makes the next polls fail. */
    public void failPolls(int count) {
        failures.set(count);
    }

    /** Makes all writes fail, or none. */
    public void failWrites(boolean fail) {
        synchronized (written) {
            written.sendException = fail ? new KafkaException("the broker is away") : null;
        }
    }

    private List<ConsumerRecord<String, byte[]>> records() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (ProducerRecord<String, byte[]> each : written.history()) {
            records.add(Received.of(each, records.size()));
        }
        return records;
    }

    private final class Writer extends MockProducer<String, byte[]> {
        private Writer() {
            super(OwnedPartitions.deltaPartitions(), true, null, new StringSerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> delta, Callback callback) {
            List<CompletableFuture<Void>> held = unwritable.get(delta.partition());
            if (held == null) {
                return super.send(delta, callback);
            }
            CompletableFuture<Void> taken = new CompletableFuture<>();
            held.add(taken);
            return taken.whenComplete((_, failure) -> {
                        if (failure instanceof TimeoutException late) {
                            callback.onCompletion(null, late);
                        }
                    })
                    .thenApply(_ -> super.send(delta, callback).resultNow());
        }
    }

    private final class Reader extends MockConsumer<String, byte[]> {
        private final Map<TopicPartition, Long> positions = new HashMap<>();

        private final boolean claims;

        private Reader(boolean claims) {
            super("earliest");
            this.claims = claims;
        }

        @Override
        public synchronized void close() {
            if (Thread.currentThread().isInterrupted()) {
                closedByInterruptedThreads.incrementAndGet();
            }
            super.close();
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            positions.put(partition, offset);
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            return positions.getOrDefault(partition, 0L);
        }

        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
            beforeBeginnings.getAndSet(() -> {}).run();
            requireLeaders(partitions);
            return partitions.stream().collect(Collectors.toMap(each -> each, _ -> beginning));
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            requireLeaders(partitions);
            horizons.incrementAndGet();
            long end = (long) written.history().size() + (hangsAt.isPresent() ? 1 : 0);
            return partitions.stream().collect(Collectors.toMap(each -> each, each -> isTurns(each) ? 1 : end));
        }

        private static boolean isTurns(TopicPartition partition) {
            return partition.topic().equals(Topics.TURNS.name());
        }

        private void requireLeaders(Collection<TopicPartition> partitions) {
            if (partitions.stream().anyMatch(each -> withoutLeader.contains(each.partition()) && !isTurns(each))) {
                throw new TimeoutException("a partition has no leader");
            }
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> asked) {
            turnLookups.incrementAndGet();
            Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
            if (turnsStandStill) {
                asked.forEach((partition, time) -> found.put(partition, new OffsetAndTimestamp(0, time)));
            }
            return found;
        }

        private boolean isHeld(Duration timeout) {
            try {
                return !claimsHeld.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }

        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptException(new InterruptedException());
            }
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new KafkaException("the broker is away");
            }
            if (claims && isHeld(timeout)) {
                return ConsumerRecords.empty();
            }
            Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
            for (TopicPartition partition : assignment()) {
                if (isTurns(partition)) {
                    turnReads.incrementAndGet();
                    continue;
                }
                List<ConsumerRecord<String, byte[]>> all = records();
                List<ConsumerRecord<String, byte[]>> records =
                        claims ? all : all.subList(0, hangsAt.orElse(all.size()));
                long from = Math.max(position(partition), beginning);
                List<ConsumerRecord<String, byte[]>> next =
                        records.subList((int) Math.min(from, records.size()), records.size());
                polled.addAndGet(next.size());
                found.put(partition, next);
                positions.put(partition, (long) records.size());
            }
            if (found.values().stream().allMatch(List::isEmpty)) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            return new ConsumerRecords<>(found, Map.of());
        }
    }
}
