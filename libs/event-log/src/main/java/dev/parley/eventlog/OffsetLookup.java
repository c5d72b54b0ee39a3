package dev.parley.eventlog;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds offsets of many partitions, some of which may not answer, as without a leader. All are asked for at once; one that did not
 * answer is asked for apart from then on, one such partition at a time, so it delays the others by one timeout. Not thread-safe.
 */
public final class OffsetLookup {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetLookup.class);

    /** A method of a consumer, such as that for the ends of partitions. */
    public interface Query {
        Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, Duration timeout);
    }

    private final Duration timeout;

    /** Those that did not answer; the one that was asked for last comes last. */
    private final Set<TopicPartition> silent = new LinkedHashSet<>();

    /** A look-up with a timeout for each query. */
    public OffsetLookup(Duration timeout) {
        this.timeout = timeout;
    }

    /** The offsets of the partitions that answer. */
    public Map<TopicPartition, Long> find(Set<TopicPartition> wanted, Query query) {
        List<TopicPartition> usual =
                wanted.stream().filter(each -> !silent.contains(each)).toList();
        List<TopicPartition> unusual = silent.stream().filter(wanted::contains).toList();
        Map<TopicPartition, Long> found = new HashMap<>(ask(usual, query));
        if (found.isEmpty() && usual.size() > 1) {
            usual.forEach(each -> found.putAll(ask(List.of(each), query)));
        }
        if (!unusual.isEmpty()) {
            Map<TopicPartition, Long> first = ask(unusual.subList(0, 1), query);
            found.putAll(first);
            if (!first.isEmpty()) {
                // Its leader may have come back with those of others.
                found.putAll(ask(unusual.subList(1, unusual.size()), query));
            }
        }
        silent.removeAll(found.keySet());
        return found;
    }

    /** The offsets of all of these partitions; none if one of them does not answer. */
    private Map<TopicPartition, Long> ask(List<TopicPartition> partitions, Query query) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        try {
            return query.offsets(partitions, timeout);
        } catch (TimeoutException e) {
            if (partitions.size() == 1) {
                if (!silent.removeAll(partitions)) {
                    LOG.warn("{} does not answer", partitions.getFirst());
                }
                silent.addAll(partitions);
            }
            return Map.of();
        }
    }
}
