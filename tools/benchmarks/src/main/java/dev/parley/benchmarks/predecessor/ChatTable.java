package dev.parley.benchmarks.predecessor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Where the endpoint kept its chats, one item each, written while the client waited. */
final class ChatTable {
    private static final String NAME = "chats-as-they-were";
    private static final String ID = "id";

    private final DynamoDbClient dynamoDb;

    private ChatTable(DynamoDbClient dynamoDb) {
        this.dynamoDb = dynamoDb;
    }

    /** The table, which is made if there is none. */
    static ChatTable at(URI endpoint) {
        DynamoDbClient dynamoDb = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(ApacheHttpClient.create())
                .build();
        try {
            dynamoDb.createTable(table -> table.tableName(NAME)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(ID)
                            .keyType(KeyType.HASH)
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(ID)
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .provisionedThroughput(
                            units -> units.readCapacityUnits(100L).writeCapacityUnits(100L)));
        } catch (ResourceInUseException e) {
            // It is there.
        }
        return new ChatTable(dynamoDb);
    }

    void write(byte[] question, byte[] answer) {
        dynamoDb.putItem(item -> item.tableName(NAME)
                .item(Map.of(
                        ID,
                        AttributeValue.fromS(UUID.randomUUID().toString()),
                        "question",
                        AttributeValue.fromS(new String(question, UTF_8)),
                        "answer",
                        AttributeValue.fromS(new String(answer, UTF_8)))));
    }
}
