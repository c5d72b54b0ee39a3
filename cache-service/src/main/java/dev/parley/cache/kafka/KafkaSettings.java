package dev.parley.cache.kafka;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How the topics are used.
 *
 * @param sessionTimeout how long the group waits for a silent replica; the broker must allow it
 * @param fetchMaxWait how long the broker holds an empty fetch; a request ends the wait, a turn does not
 * @param pollRecordsMax how many records one poll returns
 * @param unfinishedMax how many requests may be unfinished; beyond it the reader waits
 * @param unfinishedWait how long the reader waits for room before it takes the request anew
 * @param drainTimeout how long partitions that are taken away wait for their unfinished requests
 * @param retryInterval the pause before a record that could not be sent is sent again
 * @param deliveryTimeout how long the broker may take for one record
 * @param maxBlock how long a send may wait for metadata or for room in the buffer
 * @param gathering how long the turn of a cached answer waits for others to share its transaction
 * @param transactionsWaitingMax how many turns of one partition may wait for their transaction
 * @param deltaBytesMax the longest piece of an answer, unless a single event is longer
 */
public record KafkaSettings(
        String bootstrapServers,
        Duration sessionTimeout,
        Duration fetchMaxWait,
        int pollRecordsMax,
        int unfinishedMax,
        Duration unfinishedWait,
        Duration drainTimeout,
        Duration retryInterval,
        Duration deliveryTimeout,
        Duration maxBlock,
        Duration gathering,
        int transactionsWaitingMax,
        DataSize deltaBytesMax) {}
