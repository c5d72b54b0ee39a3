package dev.parley.persistence.kafka;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How {@code chat.turns} is read.
 *
 * @param consumers threads of this process, each with partitions of its own
 * @param batchRecordsMax records that are written together
 * @param batchBytesMax about how much is fetched at once from one broker; a larger record still comes, alone
 * @param gathering how long the broker lets turns gather before it hands them over
 * @param sessionTimeout how long after its death a process is missed
 * @param pollIntervalMax how long a batch may take before its consumer is taken for stuck
 * @param deadLetterTimeout how long a dead letter may take
 * @param deadLetterBytesMax the largest dead letter that keeps its value
 * @param shutdownGrace how long a batch may take when the process is stopped
 */
public record KafkaSettings(
        String bootstrapServers,
        int consumers,
        int batchRecordsMax,
        DataSize batchBytesMax,
        Duration gathering,
        Duration sessionTimeout,
        Duration pollIntervalMax,
        Duration deadLetterTimeout,
        DataSize deadLetterBytesMax,
        Duration shutdownGrace) {}
