package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;

/** The protection that is asked for. DynamoDB Local refuses backups and ignores keys, so this is about the requests. */
class ConversationTableTest {
    private static final String KEY = "alias/parley";

    /** Remembers the table that is created, and the requests for its protection. */
    private static final class RecordingDynamoDb implements DynamoDbClient {
        private final List<UpdateTableRequest> updates = new ArrayList<>();
        private Optional<CreateTableRequest> created = Optional.empty();
        private int descriptions;
        private int updating;
        private boolean recoverable;
        private int refusals;

        @Override
        public DescribeTableResponse describeTable(DescribeTableRequest request) {
            CreateTableRequest table = table();
            descriptions++;
            TableStatus status = updating > 0 ? TableStatus.UPDATING : TableStatus.ACTIVE;
            updating = Math.max(0, updating - 1);
            return DescribeTableResponse.builder()
                    .table(TableDescription.builder()
                            .tableStatus(status)
                            .keySchema(table.keySchema())
                            .deletionProtectionEnabled(table.deletionProtectionEnabled())
                            .globalSecondaryIndexes(GlobalSecondaryIndexDescription.builder()
                                    .indexName(ConversationTable.BY_USER)
                                    .build())
                            .build())
                    .build();
        }

        private CreateTableRequest table() {
            return created.orElseThrow(() -> ResourceNotFoundException.builder().build());
        }

        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            assertThat(request.requestItems()).containsOnlyKeys(table().tableName());
            return BatchGetItemResponse.builder().build();
        }

        @Override
        public CreateTableResponse createTable(CreateTableRequest request) {
            created = Optional.of(request);
            return CreateTableResponse.builder().build();
        }

        @Override
        public UpdateTableResponse updateTable(UpdateTableRequest request) {
            updates.add(request);
            return UpdateTableResponse.builder().build();
        }

        @Override
        public DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
            return DescribeTimeToLiveResponse.builder()
                    .timeToLiveDescription(ttl -> ttl.timeToLiveStatus(TimeToLiveStatus.ENABLED))
                    .build();
        }

        @Override
        public DescribeContinuousBackupsResponse describeContinuousBackups(DescribeContinuousBackupsRequest request) {
            return DescribeContinuousBackupsResponse.builder()
                    .continuousBackupsDescription(backups ->
                            backups.pointInTimeRecoveryDescription(recovery -> recovery.pointInTimeRecoveryStatus(
                                    recoverable
                                            ? PointInTimeRecoveryStatus.ENABLED
                                            : PointInTimeRecoveryStatus.DISABLED)))
                    .build();
        }

        @Override
        public UpdateContinuousBackupsResponse updateContinuousBackups(UpdateContinuousBackupsRequest request) {
            if (refusals > 0) {
                refusals--;
                throw ContinuousBackupsUnavailableException.builder().build();
            }
            recoverable = request.pointInTimeRecoverySpecification().pointInTimeRecoveryEnabled();
            return UpdateContinuousBackupsResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }

    private final RecordingDynamoDb dynamoDb = new RecordingDynamoDb();

    private List<String> provision(ConversationTable.Protection protection) {
        return new ConversationTable(dynamoDb, "chats", protection).provision();
    }

    @Test
    void aNewTableIsProtectedAndEncrypted() {
        dynamoDb.refusals = 1;
        assertThat(provision(new ConversationTable.Protection(true, true, KEY)))
                .containsExactly("created table chats", "switched on point-in-time recovery of chats");
        CreateTableRequest created = dynamoDb.created.orElseThrow();
        assertThat(created.deletionProtectionEnabled()).isTrue();
        assertThat(created.sseSpecification().enabled()).isTrue();
        assertThat(created.sseSpecification().sseType()).isEqualTo(SSEType.KMS);
        assertThat(created.sseSpecification().kmsMasterKeyId()).isEqualTo(KEY);
        assertThat(dynamoDb.recoverable).isTrue();
        assertThat(dynamoDb.updates).isEmpty();
    }

    @Test
    void aTableWithoutSettingsHasAKeyOfAws() {
        assertThat(provision(ConversationTable.Protection.NONE)).containsExactly("created table chats");
        CreateTableRequest created = dynamoDb.created.orElseThrow();
        assertThat(created.deletionProtectionEnabled()).isFalse();
        assertThat(created.sseSpecification()).isNull();
        assertThat(dynamoDb.recoverable).isFalse();
    }

    @Test
    void anExistingTableIsProtectedOnce() {
        provision(ConversationTable.Protection.NONE);
        assertThat(provision(new ConversationTable.Protection(true, true, KEY)))
                .containsExactly("protected table chats from deletion", "switched on point-in-time recovery of chats");
        assertThat(dynamoDb.updates).singleElement().satisfies(update -> {
            assertThat(update.deletionProtectionEnabled()).isTrue();
            assertThat(update.sseSpecification()).isNull();
        });
    }

    /** In DynamoDB Local, a description takes the longer, the more the table contains: more than a second with some 200,000 turns. */
    @Test
    void anExistingTableIsDescribedOnceAndToBeReadyNever() {
        ConversationTable chats = new ConversationTable(dynamoDb, "chats", ConversationTable.Protection.NONE);
        assertThat(chats.isUsable(Duration.ofSeconds(1))).isFalse();
        chats.provision();
        dynamoDb.descriptions = 0;
        chats.provision();
        assertThat(dynamoDb.descriptions).isOne();
        assertThat(chats.isUsable(Duration.ofSeconds(1))).isTrue();
        assertThat(dynamoDb.descriptions).isOne();
    }

    /** DynamoDB updates a table when the protection from deletion is switched on. */
    @Test
    void awaitsTheEndOfAnUpdate() {
        provision(ConversationTable.Protection.NONE);
        dynamoDb.updating = 1;
        assertThat(provision(ConversationTable.Protection.NONE)).isEmpty();
        assertThat(dynamoDb.updating).isZero();
    }

    /** The command for operators protects the table as the worker would. */
    @Test
    void theProtectionIsThatOfTheVariablesOfTheWorker() {
        assertThat(ConversationTable.Protection.of(Map.of(
                        "PARLEY_PERSISTENCE_STORE_PROTECTION_POINTINTIMERECOVERY", "true",
                        "PARLEY_PERSISTENCE_STORE_PROTECTION_DELETIONPROTECTION", "true",
                        "PARLEY_PERSISTENCE_STORE_PROTECTION_KMSKEY", KEY)))
                .isEqualTo(new ConversationTable.Protection(true, true, KEY));
        assertThat(ConversationTable.Protection.of(Map.of(
                        "PARLEY_PERSISTENCE_STORE_PROTECTION_POINTINTIMERECOVERY", "false",
                        "PARLEY_PERSISTENCE_STORE_PROTECTION_DELETIONPROTECTION", "")))
                .isEqualTo(ConversationTable.Protection.NONE);
    }

    @Test
    void aMistakeInAVariableIsNoLackOfProtection() {
        assertThatThrownBy(() -> ConversationTable.Protection.of(
                        Map.of("PARLEY_PERSISTENCE_STORE_PROTECTION_DELETIONPROTECTION", "ture")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PARLEY_PERSISTENCE_STORE_PROTECTION_DELETIONPROTECTION");
    }

    @Test
    void aProtectedTableIsLeftAsItIs() {
        ConversationTable.Protection full = new ConversationTable.Protection(true, true, "");
        provision(full);
        assertThat(provision(full)).isEmpty();
        assertThat(provision(ConversationTable.Protection.NONE)).isEmpty();
        assertThat(dynamoDb.recoverable).isTrue();
    }

    @Test
    void aCommandEndsWithTheReasonInPlaceOfAStackTrace() throws Exception {
        String[] arguments = {"conversations", "http://127.0.0.1:1"};
        ConversationTable.OperatorCommand outOfReach = _ -> {
            throw SdkClientException.create("out of reach");
        };
        assertThat(ConversationTable.run("Command TABLE", arguments, 1, outOfReach))
                .isEqualTo(1);
        assertThat(ConversationTable.run("Command", arguments, 0, outOfReach)).isEqualTo(2);
    }
}
