package dev.parley.persistence.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.ConversationTable.Protection;
import dev.parley.testing.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class TableProvisionerTest {
    /** Fails when it is called. */
    private static final DynamoDbClient UNUSED = new DynamoDbClient() {
        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    };

    private final LogLines lines = LogLines.of(TableProvisioner.class);

    @AfterEach
    void restore() {
        lines.close();
    }

    /** Starts a provisioner that may not create the table. */
    private static void start(Protection protection) {
        StoreSettings settings = new StoreSettings("chats", false, protection, Duration.ofDays(365), 32);
        new TableProvisioner(new ConversationTable(UNUSED, "chats", protection), settings, _ -> false).start();
    }

    @Test
    void warnsOnceOfProtectionThatHasNoEffect() {
        start(new Protection(false, true, ""));
        assertThat(lines.list()).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains("parley.persistence.store.protection", "create-table");
        });
    }

    @Test
    void doesNotWarnWithoutProtection() {
        start(Protection.NONE);
        assertThat(lines.list()).isEmpty();
    }
}
