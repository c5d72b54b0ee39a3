package dev.parley.conversations;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The command {@code TableExistence TABLE [ENDPOINT]}, with {@code AWS_REGION} and credentials in the environment. Ends with status
 * 0 if there is such a table, and with 3 if there is none.
 */
public final class TableExistence {
    private static final int NO_TABLE = 3;

    private TableExistence() {}

    public static void main(String[] arguments) {
        try (DynamoDbClient dynamoDb = ConversationTable.operatorsClient("TableExistence TABLE", arguments, 1)) {
            boolean exists = new ConversationTable(dynamoDb, arguments[0], ConversationTable.Protection.NONE).exists();
            System.exit(exists ? 0 : NO_TABLE);
        }
    }
}
