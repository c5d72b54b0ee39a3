package dev.parley.eventlog.spring;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Commits the batches that a listener has processed, with the markers of transactions that follow them. What cannot be committed,
 * as during a rebalance, is committed after a later poll; if its partition is revoked before, the new owner reads it again.
 *
 * <p>Spring commits nothing but the processed part of a failed batch. It would repeat a commit that a rebalance has prevented
 * between a poll and the listener, and if that failed too, drop the records of the poll and commit those behind them.
 */
final class BatchCommitter<K, V> implements BatchInterceptor<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(BatchCommitter.class);

    /** By which a broker that does not respond delays the next poll. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    /** The offsets behind them that are not committed yet. Each consumer of a container has its own thread. */
    private final ThreadLocal<Map<TopicPartition, OffsetAndMetadata>> uncommitted =
            ThreadLocal.withInitial(HashMap::new);

    @Override
    public ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
        return records;
    }

    @Override
    public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
        uncommitted.get().putAll(records.nextOffsets());
    }

    /** Spring commits these too, and ignores it if it cannot. */
    @Override
    public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
        int processed = ListenerContainers.processed(exception);
        for (ConsumerRecord<K, V> record : records) {
            if (processed-- <= 0) {
                return;
            }
            uncommitted
                    .get()
                    .put(
                            new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1));
        }
    }

    /** Spring calls it after each poll, and after the listener if there were records. */
    @Override
    public void clearThreadState(Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = uncommitted.get();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            offsets.keySet().retainAll(consumer.assignment());
            consumer.commitSync(offsets, COMMIT_TIMEOUT);
            offsets.clear();
        } catch (RebalanceInProgressException e) {
            LOG.debug("A rebalance prevents the commit of {}", offsets);
        } catch (CommitFailedException e) {
            // The partitions have had another owner, which may have committed more.
            LOG.warn("The offsets {} are not committed: {}", offsets, e.toString());
            offsets.clear();
        } catch (RuntimeException e) {
            LOG.warn("The offsets {} are not committed yet: {}", offsets, e.toString());
        }
    }
}
