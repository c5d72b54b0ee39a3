package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import software.amazon.awssdk.core.exception.SdkException;

/** Up when DynamoDB responds and the table can be read. Part of readiness, not of liveness: a restart does not help. */
public final class DynamoDbHealth implements HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbHealth.class);

    /** Shorter than the timeout of a readiness probe. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    private final ConversationTable table;
    private final AtomicBoolean isLogged = new AtomicBoolean();

    public DynamoDbHealth(ConversationTable table) {
        this.table = table;
    }

    /** Logs what has failed once, until DynamoDB responds again. */
    @Override
    public Health health() {
        Optional<String> problem = problem();
        if (problem.isEmpty()) {
            isLogged.set(false);
            return Health.up().build();
        }
        if (!isLogged.getAndSet(true)) {
            LOG.warn("DynamoDB cannot be used: {}", problem.get());
        }
        return Health.down().build();
    }

    private Optional<String> problem() {
        try {
            return table.isUsable(ANSWER_TIMEOUT) ? Optional.empty() : Optional.of("the table is missing");
        } catch (SdkException e) {
            return Optional.of(DynamoDbCalls.describe(e));
        }
    }
}
