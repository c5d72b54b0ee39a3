package dev.parley.cache.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recorders of the partitions that this replica owns. */
public final class TurnRecorders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRecorders.class);

    private final IntFunction<TurnRecorder> make;
    private final Map<Integer, TurnRecorder> recorders = new ConcurrentHashMap<>();

    public TurnRecorders(IntFunction<TurnRecorder> make) {
        this.make = make;
    }

    /**
     * Opens the recorders of new partitions side by side, and waits until all have shut out their predecessors, but not
     * longer than {@code limit}: a recorder that takes longer is not ready until then.
     */
    void open(Collection<Integer> partitions, Duration limit) {
        List<CompletableFuture<Void>> opened = partitions.stream()
                .map(partition -> {
                    TurnRecorder recorder = make.apply(partition);
                    TurnRecorder earlier = recorders.put(partition, recorder);
                    if (earlier != null) {
                        earlier.close();
                    }
                    return recorder.open();
                })
                .toList();
        CompletableFuture.allOf(opened.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        LOG.info("Opened the turn recorders of {} partitions", opened.size());
    }

    boolean ready(int partition) {
        TurnRecorder recorder = recorders.get(partition);
        return recorder != null && recorder.ready();
    }

    /** See {@link TurnRecorder#record}. */
    CompletableFuture<Void> record(int partition, Supplier<List<ProducerRecord<String, byte[]>>> events) {
        TurnRecorder recorder = recorders.get(partition);
        return recorder == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the partition is not ours"))
                : recorder.record(events);
    }

    /** Closes the recorders of partitions that were taken away, side by side, for each may need its time to close. */
    void close(Collection<Integer> partitions) {
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            partitions.stream()
                    .map(recorders::remove)
                    .filter(Objects::nonNull)
                    .forEach(recorder -> closing.execute(recorder::close));
        }
    }

    @Override
    public void close() {
        close(List.copyOf(recorders.keySet()));
    }
}
