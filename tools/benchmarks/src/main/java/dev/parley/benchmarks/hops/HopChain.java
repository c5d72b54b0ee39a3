package dev.parley.benchmarks.hops;

import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A record that passes over as many topics as an answer of Parley, each written and read by a thread of its own, with all
 * acknowledgements and without lingering: what Kafka alone takes, and so the least that any answer over a log can take.
 */
public final class HopChain implements AutoCloseable {
    /** {@code chat.requests}, {@code chat.deltas}. */
    public static final int HOPS = 2;

    /** About what a request is, with its headers. */
    private static final int RECORD_BYTES = 1_024;

    private static final Duration END_WITHIN = Duration.ofSeconds(30);

    private final List<Hop> hops = new ArrayList<>();

    private HopChain() {}

    /** Makes the topics and waits until all threads read. */
    public static HopChain on(String bootstrapServers) throws InterruptedException {
        List<String> topics =
                IntStream.range(0, HOPS).mapToObj(hop -> "bench.hop-" + hop).toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of the ping-pong cannot be made", e);
        }
        HopChain chain = new HopChain();
        for (String topic : topics) {
            chain.hops.add(Hop.on(bootstrapServers, topic));
        }
        for (int hop = 0; hop < HOPS - 1; hop++) {
            chain.hops.get(hop).passTo(chain.hops.get(hop + 1)::send);
        }
        return chain;
    }

    /** The times from when a record was due until it had passed all topics. */
    public Histogram run(Arrivals arrivals) throws InterruptedException {
        Histogram times = Tally.histogram();
        CountDownLatch left = new CountDownLatch(arrivals.count());
        hops.getLast().passTo(record -> {
            times.recordValue(Math.max(1, System.nanoTime() - Hop.due(record)));
            left.countDown();
        });
        long begin = System.nanoTime();
        for (long offset : arrivals.offsets()) {
            awaitTime(begin + offset);
            hops.getFirst().send(Hop.record(begin + offset, RECORD_BYTES));
        }
        if (!left.await(END_WITHIN.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException(left.getCount() + " records of the ping-pong were lost");
        }
        return times;
    }

    private static void awaitTime(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        hops.forEach(Hop::close);
    }
}
