package dev.parley.eventlog.spring;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the last poll of a consumer that no listener has processed: they are not committed, and the next poll returns
 * them again.
 *
 * <p>Between a poll and the listener Spring commits offsets and asks for positions. If that fails, or the container stops at that
 * moment, Spring drops the records of the poll and goes on behind them. So it does after an {@link Error}. With {@code fixTxOffsets}
 * it even commits the position, before the next poll or when the partition is revoked.
 *
 * <p>Owned by the thread of the container.
 */
final class UnprocessedRecords implements InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UnprocessedRecords.class);

    /** Longer than a leader takes to confirm a position. */
    private static final Duration POSITION_TIMEOUT = Duration.ofMillis(100);

    private static final long UNKNOWN_POSITION = -1;

    private final Consumer<?, ?> consumer;
    /** The first of each partition. */
    private final Map<TopicPartition, Long> offsets = new HashMap<>();

    private UnprocessedRecords(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** The same consumer, which also waits only 100 ms for a position, and returns -1 if it is unknown. */
    @SuppressWarnings("unchecked")
    static <K, V> Consumer<K, V> guard(Consumer<K, V> consumer) {
        return (Consumer<K, V>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, new UnprocessedRecords(consumer));
    }

    static UnprocessedRecords of(Consumer<?, ?> guarded) {
        return (UnprocessedRecords) Proxy.getInvocationHandler(guarded);
    }

    /** The listener has processed the first records of the last poll, and no others. */
    void processed(ConsumerRecords<?, ?> polled, int count) {
        offsets.clear();
        int number = 0;
        for (ConsumerRecord<?, ?> record : polled) {
            if (number++ >= count) {
                offsets.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
            }
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && arguments.length > 0) {
            switch (method.getName()) {
                case "poll" -> returnToConsumer();
                case "seek" -> {
                    Object result = call(method, arguments);
                    offsets.remove((TopicPartition) arguments[0]);
                    return result;
                }
                case "position" -> {
                    return position((TopicPartition) arguments[0]);
                }
                case "commitSync" -> {
                    if (arguments[0] instanceof Map<?, ?> commit) {
                        arguments[0] = committable(commit);
                    }
                }
                default -> {
                    // Does not move the consumer.
                }
            }
        }
        Object result = call(method, arguments);
        if (result instanceof ConsumerRecords<?, ?> polled) {
            polled.partitions()
                    .forEach(partition -> offsets.put(
                            partition, polled.records(partition).getFirst().offset()));
        }
        return result;
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(consumer, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private void returnToConsumer() {
        offsets.keySet().retainAll(consumer.assignment());
        if (!offsets.isEmpty()) {
            LOG.warn("Records that no listener has processed are read again: {}", offsets);
            offsets.forEach(consumer::seek);
            offsets.clear();
        }
    }

    private long position(TopicPartition partition) {
        try {
            return consumer.position(partition, POSITION_TIMEOUT);
        } catch (IllegalStateException | TimeoutException e) {
            LOG.debug("The position in {} is unknown: {}", partition, e.getMessage());
            return UNKNOWN_POSITION;
        }
    }

    /**
     * The part of a commit that is not behind an unprocessed record, nor behind the position: Spring repeats a commit that a rebalance
     * has prevented, also if the consumer was set back since.
     */
    private Map<TopicPartition, OffsetAndMetadata> committable(Map<?, ?> commit) {
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
        commit.forEach((partition, offset) -> {
            TopicPartition of = (TopicPartition) partition;
            OffsetAndMetadata next = (OffsetAndMetadata) offset;
            Long unprocessed = offsets.get(of);
            if ((unprocessed == null || next.offset() <= unprocessed) && next.offset() <= position(of)) {
                committable.put(of, next);
            }
        });
        return committable;
    }
}
