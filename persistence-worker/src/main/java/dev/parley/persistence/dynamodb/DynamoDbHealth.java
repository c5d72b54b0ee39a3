package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationTable;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import software.amazon.awssdk.core.exception.SdkException;

/** Up when DynamoDB responds and the table can be written. Part of readiness, not of liveness: a restart does not help. */
public final class DynamoDbHealth implements HealthIndicator {
    /** Shorter than the timeout of a readiness probe. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    private final ConversationTable table;

    public DynamoDbHealth(ConversationTable table) {
        this.table = table;
    }

    @Override
    public Health health() {
        try {
            return (table.isUsable(ANSWER_TIMEOUT) ? Health.up() : Health.down()).build();
        } catch (SdkException _) {
            return Health.down().build();
        }
    }
}
