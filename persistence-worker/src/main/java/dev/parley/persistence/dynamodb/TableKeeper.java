package dev.parley.persistence.dynamodb;

import dev.parley.conversations.ConversationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Creates the table at start, in the background, and again if it is missing later. */
public final class TableKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(TableKeeper.class);

    private final ConversationTable table;
    private final boolean createTable;

    public TableKeeper(ConversationTable table, boolean createTable) {
        this.table = table;
        this.createTable = createTable;
    }

    /** Creates the table in the background. If that fails, the first turn creates it. */
    public void start() {
        Thread.ofVirtual().name("table-keeper").start(this::makeTable);
    }

    /** Creates the table if it is missing and creation is enabled. A failure is logged. */
    void makeTable() {
        if (!createTable) {
            return;
        }
        try {
            table.provision().forEach(change -> LOG.info("DynamoDB: {}", change));
        } catch (SdkException | IllegalStateException e) {
            LOG.warn("The table cannot be made at the moment: {}", e.getMessage());
        }
    }
}
