package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.ConversationTable.Protection;
import dev.parley.persistence.retry.Pause;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Creates the table at start, in the background, and again if it is missing later and has no protection. */
public final class TableProvisioner {
    private static final Logger LOG = LoggerFactory.getLogger(TableProvisioner.class);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);

    private final ConversationTable table;
    private final StoreSettings settings;
    private final Pause pause;

    /** @param pause between the attempts at start */
    public TableProvisioner(ConversationTable table, StoreSettings settings, Pause pause) {
        this.table = table;
        this.settings = settings;
        this.pause = pause;
    }

    /**
     * Creates the table in the background, until that succeeds or the service stops: a worker without it is not ready. Warns of
     * protection that is set without effect.
     */
    public void start() {
        if (!settings.createTable() && !settings.protection().equals(Protection.NONE)) {
            LOG.warn("parley.persistence.store.protection has no effect while create-table is false");
        }
        Thread.ofVirtual().name("table-provisioner").start(() -> {
            boolean made;
            do {
                made = provision();
            } while (!made && pause.of(RETRY_PAUSE));
        });
    }

    /**
     * Creates the table that is missing, as after a loss of a DynamoDB Local in memory. One that is to be protected is not replaced:
     * an empty table would hide the loss, while turns that are not stored are noticed.
     */
    void recreate() {
        if (settings.protection().equals(Protection.NONE)) {
            var _ = provision();
        }
    }

    /** Creates the table if it is missing and creation is enabled. False after a failure, which is logged. */
    private boolean provision() {
        if (!settings.createTable()) {
            return true;
        }
        try {
            table.provision().forEach(change -> LOG.info("DynamoDB: {}", change));
            return true;
        } catch (SdkException | IllegalStateException e) {
            LOG.warn("The table cannot be made at the moment: {}", e.getMessage());
            return false;
        }
    }
}
