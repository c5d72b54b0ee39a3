package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code ./parley rebuild dynamodb} beside a system that answers requests. */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RebuildSystemTest {
    private static final LocalStack STACK = SharedStack.get();

    @Test
    void theRebuiltTableEqualsThePresentOneUnderLoad(@TempDir Path directory) throws Exception {
        ChatClient chat = new ChatClient(STACK.gateway(0));
        String deleted = "conv-" + UUID.randomUUID();
        assertThat(chat.ask(ChatClient.question("tokens=20"), "x-parley-conversation", deleted)
                        .status())
                .isEqualTo(200);
        assertThat(chat.delete("/v1/conversations/" + deleted).status()).isIn(200, 202);

        String table = "rebuilt-" + UUID.randomUUID();
        Path output = directory.resolve("output.txt");
        try (PeriodicRequests requests = new PeriodicRequests(List.of(chat), Duration.ofMillis(200))) {
            assertThat(rebuild(table, output)).as(() -> read(output)).isZero();
            assertThat(requests.stop()).noneMatch(PeriodicRequests.RequestOutcome::isRefused);
        }
        assertThat(read(output)).contains(" 0 differ.").contains("PARLEY_DYNAMODB_TABLE=" + table);
    }

    /** An item that no event explains. */
    @Test
    void aTableThatDiffersIsReported(@TempDir Path directory) throws Exception {
        String pk = "local#conv-" + UUID.randomUUID();
        Map<String, AttributeValue> key = Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromS("META"));
        Path output = directory.resolve("output.txt");
        try (DynamoDbClient dynamoDb = dynamoDb()) {
            dynamoDb.putItem(put -> put.tableName("parley-conversations").item(key));
            try {
                assertThat(rebuild("rebuilt-" + UUID.randomUUID(), output)).isEqualTo(1);
            } finally {
                dynamoDb.deleteItem(
                        delete -> delete.tableName("parley-conversations").key(key));
            }
        }
        assertThat(read(output)).contains(" 1 differ.").contains(pk + " META").contains("Do not use rebuilt-");
    }

    private static int rebuild(String table, Path output) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.parley.localstack.cli.Parley"));
        command.addAll(List.of("rebuild", "dynamodb", "--table", table));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", STACK.kafka());
        builder.environment().put("PARLEY_DYNAMODB_ENDPOINT", STACK.dynamoDb().toString());
        Process process = builder.start();
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("not ended: " + read(output));
        }
        return process.exitValue();
    }

    private static DynamoDbClient dynamoDb() {
        URI endpoint = STACK.dynamoDb();
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
