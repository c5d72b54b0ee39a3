package dev.parley.gateway.kafka;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * How the topics are used.
 *
 * @param replyPartition the partition of {@code chat.deltas} that this replica tails, modulo their number; negative for
 *     one picked at random. Two replicas on one partition are correct, but each reads the other's answers too
 * @param publishTimeout of publishing an event, and of the calls to Kafka that a resumed answer waits for; after it the client
 *     gets 503
 */
public record KafkaSettings(String bootstrapServers, int replyPartition, Duration publishTimeout) {
    public KafkaSettings {
        Bounds.positive("publish-timeout", publishTimeout);
    }
}
