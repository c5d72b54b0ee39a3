package dev.parley.conversations;

/**
 * The command {@code TableExistence TABLE [ENDPOINT]}, with {@code AWS_REGION} and credentials in the environment. Ends with status
 * 0 if there is such a table, and with 3 if there is none.
 */
public final class TableExistence {
    private static final int NO_TABLE = 3;

    private TableExistence() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(ConversationTable.run("TableExistence TABLE", arguments, 1, dynamoDb -> {
            ConversationTable table = new ConversationTable(dynamoDb, arguments[0], ConversationTable.Protection.NONE);
            return table.exists() ? 0 : NO_TABLE;
        }));
    }
}
