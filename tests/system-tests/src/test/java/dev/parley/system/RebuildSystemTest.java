package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code ./parley rebuild dynamodb} beside a system that answers requests. */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RebuildSystemTest {
    private static final LocalStack STACK = SharedStack.get();

    @TempDir
    private Path directory;

    @Test
    void theRebuiltTableEqualsThePresentOneUnderLoad() throws Exception {
        ChatClient chat = new ChatClient(STACK.gateway(0));
        String deleted = "conv-" + UUID.randomUUID();
        chat.ask(ChatClient.question(), "x-parley-conversation", deleted).succeeded();
        assertThat(chat.delete("/v1/conversations/" + deleted).status()).isIn(200, 202);

        String table = "rebuilt-" + UUID.randomUUID();
        JavaProgram rebuild = rebuild();
        try (PeriodicRequests requests = new PeriodicRequests(List.of(chat), Duration.ofMillis(200))) {
            int status = rebuild.run(table);
            assertThat(status).as(rebuild.printed()).isZero();
            assertThat(requests.stop()).noneMatch(PeriodicRequests.RequestOutcome::isRefused);
        }
        assertThat(rebuild.printed()).contains(" 0 differ.").contains("PARLEY_DYNAMODB_TABLE=" + table);
    }

    /** An item that no event explains. */
    @Test
    void aTableThatDiffersIsReported() throws Exception {
        String pk = "local#conv-" + UUID.randomUUID();
        Map<String, AttributeValue> key = Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromS("META"));
        JavaProgram rebuild = rebuild();
        try (DynamoDbClient dynamoDb = Projection.client(STACK)) {
            dynamoDb.putItem(put -> put.tableName(Projection.TABLE).item(key));
            try {
                assertThat(rebuild.run("rebuilt-" + UUID.randomUUID())).isEqualTo(1);
            } finally {
                dynamoDb.deleteItem(delete -> delete.tableName(Projection.TABLE).key(key));
            }
        }
        assertThat(rebuild.printed())
                .contains(" 1 only in parley-conversations,")
                .contains("MISSING " + pk + " META")
                .contains("Do not use rebuilt-");
    }

    /** As after the loss of the present table. Then the new one is lost too, and its group would not read the log again. */
    @Test
    void aTableThatHasMoreCanBeUsedButNotRebuiltUnderItsName() throws Exception {
        ChatClient chat = new ChatClient(STACK.gateway(0));
        String conversation = "conv-" + UUID.randomUUID();
        chat.ask(ChatClient.question(), "x-parley-conversation", conversation).succeeded();
        String table = "rebuilt-" + UUID.randomUUID();
        JavaProgram rebuild = rebuild();
        try (DynamoDbClient dynamoDb = Projection.client(STACK)) {
            Map<String, AttributeValue> head =
                    Eventually.value(() -> head(dynamoDb, conversation), item -> !item.isEmpty());
            Map<String, AttributeValue> key = new HashMap<>(head);
            key.keySet().retainAll(Set.of("pk", "sk"));
            dynamoDb.deleteItem(delete -> delete.tableName(Projection.TABLE).key(key));
            try {
                assertThat(rebuild.run(table)).as(rebuild.printed()).isEqualTo(3);
            } finally {
                dynamoDb.putItem(put -> put.tableName(Projection.TABLE).item(head));
            }
            assertThat(rebuild.printed())
                    .contains(" 1 only or more complete in " + table + ", 0 differ.")
                    .contains("ADDED local#" + conversation + " TURN#")
                    .contains("PARLEY_DYNAMODB_TABLE=" + table);

            dynamoDb.deleteTable(delete -> delete.tableName(table));
        }
        assertThat(rebuild.run(table)).as(rebuild.printed()).isEqualTo(2);
        assertThat(rebuild.printed()).contains("there is no table " + table);
    }

    /** The stored turn of a conversation; empty until there is one. */
    private static Map<String, AttributeValue> head(DynamoDbClient dynamoDb, String conversation) {
        return dynamoDb
                .query(query -> query.tableName(Projection.TABLE)
                        .keyConditionExpression("pk = :pk AND begins_with(sk, :turn)")
                        .expressionAttributeValues(Map.of(
                                ":pk", AttributeValue.fromS("local#" + conversation),
                                ":turn", AttributeValue.fromS("TURN#"))))
                .items()
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    private JavaProgram rebuild() {
        return new JavaProgram(
                Path.of("").toAbsolutePath(),
                directory.resolve("output.txt"),
                Map.of(
                        "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                        STACK.kafka(),
                        "PARLEY_DYNAMODB_ENDPOINT",
                        STACK.dynamoDb().toString(),
                        "AWS_ACCESS_KEY_ID",
                        "local",
                        "AWS_SECRET_ACCESS_KEY",
                        "local"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.parley.localstack.cli.Parley",
                "rebuild",
                "dynamodb",
                "--table");
    }
}
