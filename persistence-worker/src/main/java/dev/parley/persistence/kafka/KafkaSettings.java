package dev.parley.persistence.kafka;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How {@code chat.turns} is consumed.
 *
 * @param groupId of the consumers; each group writes every turn, so two groups need two tables
 * @param consumers threads of this process, each with partitions of its own
 * @param batchRecordsMax records that are written together
 * @param batchBytesMax of a fetch from one broker; a larger record is fetched alone
 * @param gathering longest delay of a fetch while turns gather at the broker
 * @param sessionTimeout after which the group assigns the partitions of a dead process to others
 * @param batchTimeMax after which the rest of a batch is read again, so that what is done is committed; checked before each
 *     change of a conversation, and less than {@code pollIntervalMax} by the time of one
 * @param pollIntervalMax longest time for a batch before its consumer counts as stuck
 * @param deadLetterTimeout of publishing a dead letter
 * @param deadLetterBytesMax the largest dead letter that keeps its value
 * @param shutdownGrace for a running batch when the process is stopped
 */
public record KafkaSettings(
        String bootstrapServers,
        String groupId,
        int consumers,
        int batchRecordsMax,
        DataSize batchBytesMax,
        Duration gathering,
        Duration sessionTimeout,
        Duration batchTimeMax,
        Duration pollIntervalMax,
        Duration deadLetterTimeout,
        DataSize deadLetterBytesMax,
        Duration shutdownGrace) {}
