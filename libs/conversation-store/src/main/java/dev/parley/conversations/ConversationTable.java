package dev.parley.conversations;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/**
 * The DynamoDB table of conversations, and its provisioning. Its keys, index and attributes are in {@code
 * docs/conversations-table.md}.
 */
public final class ConversationTable {
    static final String BY_USER = "by_user";

    private static final Duration CREATION_POLL = Duration.ofMillis(500);
    private static final int CREATION_POLLS_MAX = 120;

    /**
     * How DynamoDB protects the table. A table gets the first two also if it exists already; neither is ever switched off.
     *
     * @param pointInTimeRecovery whether every second of the last 35 days can be restored
     * @param deletionProtection whether the table can only be deleted after this is switched off
     * @param kmsKey id, ARN or alias of the key that encrypts a new table; empty for a key of AWS
     */
    public record Protection(boolean pointInTimeRecovery, boolean deletionProtection, String kmsKey) {
        public static final Protection NONE = new Protection(false, false, "");

        private static final String VARIABLES = "PARLEY_PERSISTENCE_STORE_PROTECTION_";

        /**
         * From the variables of persistence-worker; those that are missing or empty protect from nothing.
         *
         * @throws IllegalArgumentException if one that switches something on is neither {@code true} nor {@code false}
         */
        static Protection of(Map<String, String> environment) {
            return new Protection(
                    isOn(environment, VARIABLES + "POINTINTIMERECOVERY"),
                    isOn(environment, VARIABLES + "DELETIONPROTECTION"),
                    environment.getOrDefault(VARIABLES + "KMSKEY", ""));
        }

        private static boolean isOn(Map<String, String> environment, String variable) {
            String value = environment.getOrDefault(variable, "");
            return switch (value) {
                case "true" -> true;
                case "false", "" -> false;
                default -> throw new IllegalArgumentException(variable + " is neither true nor false: " + value);
            };
        }
    }

    private final DynamoDbClient dynamoDb;
    private final String name;
    private final Protection protection;

    public ConversationTable(DynamoDbClient dynamoDb, String name, Protection protection) {
        this.dynamoDb = dynamoDb;
        this.name = name;
        this.protection = protection;
    }

    /**
     * Creates the table if it is missing, and enables its time to live and its protection. Idempotent, also when run
     * concurrently. Waits for DynamoDB for at most one minute, and another one for point-in-time recovery.
     *
     * @return one line per change, none if nothing had to change
     * @throws SdkException if DynamoDB is unavailable or refuses the request
     * @throws IllegalStateException if a table of this name has other keys
     */
    public List<String> provision() {
        List<String> changes = new ArrayList<>();
        // Once, for an existing table: in DynamoDB Local it takes the longer, the more the table contains.
        Optional<TableDescription> found = find();
        if (found.isEmpty()) {
            create(changes);
        }
        TableDescription table = found.filter(existing -> existing.tableStatus() == TableStatus.ACTIVE)
                .orElseGet(this::awaitActive);
        check(table);
        preventDeletion(table, changes);
        expireItems(changes);
        recoverable(changes);
        return changes;
    }

    /** Whether there is such a table; throws an {@link SdkException} if DynamoDB does not tell. */
    public boolean exists() {
        return find().isPresent();
    }

    /**
     * Whether the table can be read, by a key that no item has: how long that takes does not depend on the table's size, as a
     * description does in DynamoDB Local. A table whose capacity is used up can be read later. Throws an {@link SdkException} if
     * DynamoDB does not tell in time.
     */
    public boolean isUsable(Duration atMost) {
        AttributeValue none = AttributeValue.fromS("-");
        KeysAndAttributes keys = KeysAndAttributes.builder()
                .keys(List.of(Map.of(Attributes.PARTITION_KEY, none, Attributes.SORT_KEY, none)))
                .build();
        try {
            dynamoDb.batchGetItem(get ->
                    get.requestItems(Map.of(name, keys)).overrideConfiguration(call -> call.apiCallTimeout(atMost)));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        } catch (DynamoDbException e) {
            if (e.isThrottlingException()) {
                return true;
            }
            throw e;
        }
    }

    private Optional<TableDescription> find() {
        try {
            return Optional.of(
                    dynamoDb.describeTable(describe -> describe.tableName(name)).table());
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        }
    }

    private void create(List<String> changes) {
        try {
            dynamoDb.createTable(definition());
            changes.add("created table " + name);
        } catch (ResourceInUseException e) {
            // Created by a concurrent run.
        }
    }

    private CreateTableRequest definition() {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .deletionProtectionEnabled(protection.deletionProtection())
                .applyMutation(this::encrypt)
                .attributeDefinitions(
                        text(Attributes.PARTITION_KEY),
                        text(Attributes.SORT_KEY),
                        text(Attributes.USER_KEY),
                        text(Attributes.UPDATED_AT))
                .keySchema(keys(Attributes.PARTITION_KEY, Attributes.SORT_KEY))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(BY_USER)
                        .keySchema(keys(Attributes.USER_KEY, Attributes.UPDATED_AT))
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))
                        .build())
                .build();
    }

    private void encrypt(CreateTableRequest.Builder table) {
        if (!protection.kmsKey().isEmpty()) {
            table.sseSpecification(
                    encryption -> encryption.enabled(true).sseType(SSEType.KMS).kmsMasterKeyId(protection.kmsKey()));
        }
    }

    private static AttributeDefinition text(String attribute) {
        return AttributeDefinition.builder()
                .attributeName(attribute)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static List<KeySchemaElement> keys(String partition, String sort) {
        return List.of(key(partition, KeyType.HASH), key(sort, KeyType.RANGE));
    }

    private static KeySchemaElement key(String attribute, KeyType type) {
        return KeySchemaElement.builder().attributeName(attribute).keyType(type).build();
    }

    private TableDescription awaitActive() {
        WaiterOverrideConfiguration polling = WaiterOverrideConfiguration.builder()
                .backoffStrategyV2(BackoffStrategy.fixedDelay(CREATION_POLL))
                .maxAttempts(CREATION_POLLS_MAX)
                .build();
        try (DynamoDbWaiter waiter = DynamoDbWaiter.builder()
                .client(dynamoDb)
                .overrideConfiguration(polling)
                .build()) {
            return waiter.waitUntilTableExists(describe -> describe.tableName(name))
                    .matched()
                    .response()
                    .orElseThrow()
                    .table();
        }
    }

    private void check(TableDescription found) {
        Set<String> indexes = found.globalSecondaryIndexes().stream()
                .map(GlobalSecondaryIndexDescription::indexName)
                .collect(Collectors.toSet());
        if (!found.keySchema().equals(definition().keySchema()) || !indexes.contains(BY_USER)) {
            throw new IllegalStateException("table " + name + " has other keys than a table of conversations");
        }
    }

    private void preventDeletion(TableDescription found, List<String> changes) {
        if (protection.deletionProtection() && !Boolean.TRUE.equals(found.deletionProtectionEnabled())) {
            dynamoDb.updateTable(update -> update.tableName(name).deletionProtectionEnabled(true));
            changes.add("protected table " + name + " from deletion");
        }
    }

    private void recoverable(List<String> changes) {
        if (!protection.pointInTimeRecovery() || isRecoverable()) {
            return;
        }
        for (int polls = 1; !switchedOn(); polls++) {
            if (polls == CREATION_POLLS_MAX) {
                throw new IllegalStateException("point-in-time recovery of " + name + " cannot be switched on yet");
            }
            LockSupport.parkNanos(CREATION_POLL.toNanos());
        }
        changes.add("switched on point-in-time recovery of " + name);
    }

    /** A new table may refuse it for some time. */
    private boolean switchedOn() {
        try {
            dynamoDb.updateContinuousBackups(update -> update.tableName(name)
                    .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
            return true;
        } catch (ContinuousBackupsUnavailableException e) {
            return false;
        }
    }

    private boolean isRecoverable() {
        return dynamoDb.describeContinuousBackups(describe -> describe.tableName(name))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus()
                == PointInTimeRecoveryStatus.ENABLED;
    }

    private void expireItems(List<String> changes) {
        if (itemsExpire()) {
            return;
        }
        try {
            dynamoDb.updateTimeToLive(update -> update.tableName(name)
                    .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName(Attributes.EXPIRES_AT)));
            changes.add("set the TTL attribute of " + name + " to " + Attributes.EXPIRES_AT);
        } catch (DynamoDbException e) {
            // DynamoDB also refuses the call if a concurrent run has just enabled it.
            if (!itemsExpire()) {
                throw e;
            }
        }
    }

    private boolean itemsExpire() {
        TimeToLiveStatus status = dynamoDb.describeTimeToLive(describe -> describe.tableName(name))
                .timeToLiveDescription()
                .timeToLiveStatus();
        return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
    }

    /**
     * The command for operators, {@code ConversationTable TABLE [ENDPOINT]}, with {@code AWS_REGION}, credentials and the
     * variables of {@link Protection#of} in the environment. Prints the changes.
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run("ConversationTable TABLE", arguments, 1, dynamoDb -> {
            Protection protection = Protection.of(System.getenv());
            List<String> changes = new ConversationTable(dynamoDb, arguments[0], protection).provision();
            System.out.println(changes.isEmpty() ? "the table is up to date" : String.join("\n", changes));
            return 0;
        }));
    }

    /** What a command for operators does; returns its status. */
    @FunctionalInterface
    interface OperatorCommand {
        int run(DynamoDbClient dynamoDb) throws InterruptedException;
    }

    /**
     * Runs a command whose argument of this index is the endpoint, if there is one. Returns its status: 2 with other arguments, and
     * 1 if DynamoDB cannot be used.
     */
    static int run(String usage, String[] arguments, int endpoint, OperatorCommand command)
            throws InterruptedException {
        if (arguments.length < endpoint || arguments.length > endpoint + 1) {
            System.err.println("usage: " + usage + " [ENDPOINT]");
            return 2;
        }
        var client = DynamoDbClient.builder();
        if (arguments.length > endpoint) {
            client.httpClientBuilder(DynamoDbSettings.httpClient(arguments[endpoint]));
            client.endpointOverride(URI.create(arguments[endpoint]));
        }
        try (DynamoDbClient dynamoDb = client.build()) {
            return command.run(dynamoDb);
        } catch (SdkException e) {
            System.err.println("DynamoDB cannot be used: " + e.getMessage());
            return 1;
        }
    }
}
