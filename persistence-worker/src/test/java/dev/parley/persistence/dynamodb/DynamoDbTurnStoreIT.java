package dev.parley.persistence.dynamodb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.conversations.StoredTurn;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.persistence.retry.BatchRetrySettings;
import dev.parley.persistence.retry.Retry;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.persistence.turn.TestTurn;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

class DynamoDbTurnStoreIT {
    private static final LocalDynamoDb SERVER = LocalDynamoDb.start();
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final TenantId ACME = new TenantId("acme");
    private static final RequestId REQUEST = new RequestId("req_1");
    private static final ConversationId CONVERSATION = new ConversationId("conv_1");

    private final FlakyDynamoDb flaky = new FlakyDynamoDb();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MutableClock clock = MutableClock.of(NOW, ZoneOffset.UTC);
    private final AtomicLong nanos = new AtomicLong();
    private final DynamoDbClient dynamoDb = new DynamoDbSettings(
                    SERVER.endpoint().toString(),
                    "eu-central-1",
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    1,
                    40)
            .open(new DynamoDbMeters(registry), flaky);
    private final String tableName = "turns-" + UUID.randomUUID();
    private final ConversationTable table =
            new ConversationTable(dynamoDb, tableName, ConversationTable.Protection.NONE);
    private final BatchRetrySettings retries = new BatchRetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(90));
    private final StoreSettings settings =
            new StoreSettings(tableName, true, ConversationTable.Protection.NONE, Duration.ofDays(30), 8);
    private final DynamoDbTurnStore store = store(settings);
    private final ConversationReader reader = new ConversationReader(dynamoDb, tableName, clock);

    private DynamoDbTurnStore store(StoreSettings of) {
        return new DynamoDbTurnStore(
                dynamoDb,
                of,
                new TableProvisioner(table, of, this::advance),
                new Retry(retries, nanos::get, this::advance, () -> 1),
                clock,
                registry);
    }

    private boolean advance(Duration pause) {
        clock.add(pause);
        nanos.addAndGet(pause.toNanos());
        return true;
    }

    @BeforeEach
    void createTable() {
        table.provision();
    }

    @AfterEach
    void close() {
        dynamoDb.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void theTableIsMadeOnceDynamoDbResponds() {
        ConversationTable late =
                new ConversationTable(dynamoDb, "late-" + UUID.randomUUID(), ConversationTable.Protection.NONE);
        for (int i = 0; i < 3; i++) {
            flaky.throttled.add(CreateTableRequest.class::isInstance);
        }
        new TableProvisioner(late, settings, this::advance).start();
        await().ignoreExceptions().until(() -> late.isUsable(Duration.ofSeconds(1)));
        assertThat(flaky.throttled).isEmpty();
    }

    @Test
    void storesABatchOfManyConversations() {
        List<PreparedTurn> turns = IntStream.range(0, 230)
                .mapToObj(number -> TestTurn.of("conv_" + number % 60, number).prepared())
                .toList();
        assertThat(store.store(turns)).hasSize(230);
        for (int conversation = 0; conversation < 60; conversation++) {
            int first = conversation;
            assertThat(turnsOf("conv_" + conversation))
                    .containsExactlyElementsOf(IntStream.range(0, 230)
                            .filter(number -> number % 60 == first)
                            .mapToObj(number ->
                                    TestTurn.of("conv_" + first, number).id())
                            .toList());
        }
        assertThat(reader.list(ACME, "ada", 100, Optional.empty(), Optional.empty())
                        .conversations())
                .hasSize(60);
    }

    @Test
    void storesNewConversationsWithOneCallForMany() {
        List<PreparedTurn> turns = IntStream.range(0, 40)
                .mapToObj(number -> TestTurn.of("conv_" + number, number).prepared())
                .toList();
        store.store(turns);
        assertThat(calls("BatchExecuteStatement")).isEqualTo(2);
        assertThat(calls("UpdateItem")).isZero();
        assertThat(reader.list(ACME, "ada", 100, Optional.empty(), Optional.empty())
                        .conversations())
                .hasSize(40);
    }

    @Test
    void updatesAConversationThatAnotherWorkerInsertsMeanwhile() {
        PreparedTurn later = TestTurn.of("conv_1", 5).prepared();
        flaky.beforeNextWrite =
                () -> store.store(List.of(TestTurn.of("conv_1", 3).prepared()));
        store.store(List.of(later));
        assertThat(title()).contains("Question 3");
        assertThat(reader.find(ACME, CONVERSATION).map(ConversationSummary::updatedAt))
                .contains(later.endedAt());
    }

    @Test
    void ignoresARedeliveredBatch() {
        List<PreparedTurn> turns = conversation(40);
        turns.add(TestTurn.of("conv_2", 50).askingAtLength(2_000_000).prepared());
        store.store(turns);
        Set<Map<String, AttributeValue>> before = everything();
        clock.add(Duration.ofMinutes(5));
        Collections.shuffle(turns, new Random(1));
        assertThat(store.store(turns)).isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void doesNotDependOnTheOrderOfEvents() {
        List<PreparedTurn> turns = conversation(12);
        turns.forEach(turn -> store.store(List.of(turn)));
        Set<Map<String, AttributeValue>> inOrder = everything();
        dynamoDb.deleteTable(delete -> delete.tableName(tableName));
        table.provision();
        Collections.shuffle(turns, new Random(2));
        turns.forEach(turn -> store.store(List.of(turn, turn)));
        assertThat(everything()).isEqualTo(inOrder);
    }

    @Test
    void completesATurnAfterAWorkerCrash() {
        PreparedTurn turn = TestTurn.of("conv_1", 1).askingAtLength(1_500_000).prepared();
        Instant expires = turn.endedAt().plus(Duration.ofDays(30));
        put(turn.encoded().parts(expires).getFirst());
        assertThat(store.store(List.of(turn))).containsExactly(turn.generation());
        dynamoDb.deleteItem(delete -> delete.tableName(tableName)
                .key(Map.of("pk", AttributeValue.fromS("acme#conv_1"), "sk", AttributeValue.fromS("META"))));
        assertThat(turnsOf("conv_1")).isEmpty();
        assertThat(store.store(List.of(turn))).isEmpty();
        assertThat(turnsOf("conv_1")).containsExactly(turn.generation());
    }

    @Test
    void readsATurnOfManyMegabytes() {
        TestTurn large = TestTurn.of("conv_1", 1).askingAtLength(8 * 1024 * 1024);
        store.store(List.of(large.prepared()));
        StoredTurn read = reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                .orElseThrow()
                .turns()
                .getFirst();
        assertThat(read.facts().request()).isEqualTo(large.event().facts().request());
    }

    @Test
    void resendsUnprocessedItems() {
        flaky.processed.addAll(List.of(3, 1, 1, 10, 2));
        store.store(conversation(30));
        assertThat(turnsOf("conv_1")).hasSize(30);
        assertThat(retries("unprocessed")).isEqualTo(5);
        assertThat(flaky.batches.get()).isEqualTo(7);
    }

    @Test
    void retriesThrottledCalls() {
        flaky.throttled.addAll(List.of(
                BatchGetItemRequest.class::isInstance,
                BatchWriteItemRequest.class::isInstance,
                BatchWriteItemRequest.class::isInstance,
                BatchExecuteStatementRequest.class::isInstance,
                UpdateItemRequest.class::isInstance,
                UpdateItemRequest.class::isInstance));
        store.store(conversation(5));
        assertThat(turnsOf("conv_1")).hasSize(5);
        assertThat(retries("throttled")).isEqualTo(5);
        assertThat(clock.instant()).isAfter(NOW);
    }

    @Test
    void failsTheBatchAfterTheRetryTimeout() {
        IntStream.range(0, 50).forEach(i -> flaky.throttled.add(BatchWriteItemRequest.class::isInstance));
        List<PreparedTurn> turns = conversation(3);
        assertThatThrownBy(() -> store.store(turns)).isInstanceOf(StoreUnavailableException.class);
        assertThat(clock.instant()).isBetween(NOW.plusSeconds(15), NOW.plusSeconds(20));
        flaky.throttled.clear();
        assertThat(store.store(turns)).hasSize(3);
    }

    @Test
    void namesTheErrorOfAnUpdateAfterTheRetryTimeout() {
        store.store(conversation(1));
        IntStream.range(0, 50).forEach(_ -> flaky.throttled.add(UpdateItemRequest.class::isInstance));
        assertThatThrownBy(() -> store.store(conversation(3)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("ProvisionedThroughputExceededException, status 400, request ");
    }

    /** Each of the two takes a batch of its own. */
    @Test
    void keepsTheTurnsThatWereWrittenBeforeTheRetryTimeout() {
        PreparedTurn small = TestTurn.of("conv_1", 2).prepared();
        PreparedTurn first = TestTurn.of("conv_1", 0).askingAtLength(6_000_000).prepared();
        PreparedTurn second = TestTurn.of("conv_1", 1).askingAtLength(6_000_000).prepared();
        List<PreparedTurn> turns = List.of(first, second, small);
        String part = second.generation() + "#PART#";
        IntStream.range(0, 50).forEach(_ -> flaky.throttled.add(request -> writes(request, part)));
        assertThatThrownBy(() -> store.store(turns)).isInstanceOf(StoreUnavailableException.class);
        flaky.throttled.clear();
        flaky.batches.set(0);
        assertThat(store.store(turns))
                .containsExactlyInAnyOrder(first.generation(), second.generation(), small.generation());
        // The parts of the second one, and its head.
        assertThat(flaky.batches).hasValue(2);
        assertThat(turnsOf("conv_1")).containsExactly(first.generation(), second.generation(), small.generation());
    }

    /** They are not shown before, though their heads are written. */
    @Test
    void reportsTheTurnsOfARepeatedBatchOnce() {
        List<PreparedTurn> turns = conversation(3);
        IntStream.range(0, 50).forEach(_ -> flaky.throttled.add(DynamoDbTurnStoreIT::writesAConversation));
        assertThatThrownBy(() -> store.store(turns)).isInstanceOf(StoreUnavailableException.class);
        assertThat(turnsOf("conv_1")).isEmpty();
        flaky.throttled.clear();
        assertThat(store.store(turns)).hasSize(3);
        assertThat(turnsOf("conv_1")).hasSize(3);
        assertThat(store.store(turns)).isEmpty();
    }

    private static boolean writesAConversation(SdkRequest request) {
        return request instanceof BatchExecuteStatementRequest || request instanceof UpdateItemRequest;
    }

    private static boolean writes(SdkRequest request, String keyPart) {
        return request instanceof BatchWriteItemRequest batch
                && batch.requestItems().values().stream()
                        .flatMap(List::stream)
                        .anyMatch(write -> requireNonNull(
                                        write.putRequest().item().get("sk"))
                                .s()
                                .contains(keyPart));
    }

    @Test
    void writesSmallTurnsTogetherAndTheHeadsOfLargeOnes() {
        List<PreparedTurn> turns = conversation(50);
        turns.add(7, TestTurn.of("conv_2", 1).askingAtLength(600_000).prepared());
        turns.add(30, TestTurn.of("conv_2", 2).askingAtLength(600_000).prepared());
        store.store(turns);
        assertThat(flaky.batches.get()).isEqualTo(2 + 1 + 1);
    }

    /** One item of 25 is written in 4 s each, so that all take longer than the timeout. */
    @Test
    void doesNotGiveUpABatchThatMakesProgress() {
        flaky.processed.addAll(Collections.nCopies(14, 1));
        advanceBeforeEachWrite(Duration.ofSeconds(4));
        assertThat(store.store(conversation(25))).hasSize(25);
        assertThat(clock.instant()).isBetween(NOW.plusSeconds(60), NOW.plusSeconds(62));
    }

    @Test
    void givesUpABatchThatMakesProgressForTooLong() {
        flaky.processed.addAll(Collections.nCopies(50, 1));
        advanceBeforeEachWrite(Duration.ofSeconds(4));
        assertThatThrownBy(() -> store.store(conversation(50))).isInstanceOf(StoreUnavailableException.class);
        assertThat(clock.instant()).isBetween(NOW.plusSeconds(86), NOW.plusSeconds(94));
    }

    private void advanceBeforeEachWrite(Duration duration) {
        flaky.beforeNextWrite = () -> {
            advance(duration);
            advanceBeforeEachWrite(duration);
        };
    }

    @Test
    void recreatesAMissingTable() {
        dynamoDb.deleteTable(delete -> delete.tableName(tableName));
        store.store(conversation(2));
        assertThat(turnsOf("conv_1")).hasSize(2);
        assertThat(retries("missing-table")).isEqualTo(1);
    }

    /** An empty table would hide the loss. */
    @Test
    void doesNotRecreateATableThatIsToBeProtected() {
        StoreSettings protectedTable = new StoreSettings(
                tableName, true, new ConversationTable.Protection(false, true, ""), Duration.ofDays(30), 8);
        dynamoDb.deleteTable(delete -> delete.tableName(tableName));
        DynamoDbTurnStore protectedStore = store(protectedTable);
        assertThatThrownBy(() -> protectedStore.store(conversation(2))).isInstanceOf(StoreUnavailableException.class);
        assertThat(retries("missing-table")).isPositive();
        assertThat(table.exists()).isFalse();
        table.provision();
        assertThat(protectedStore.store(conversation(2))).hasSize(2);
    }

    @Test
    void skipsExpiredTurns() {
        PreparedTurn old =
                TestTurn.of("conv_1", 1).at(NOW.minus(Duration.ofDays(31))).prepared();
        assertThat(store.store(List.of(old))).isEmpty();
        assertThat(everything()).isEmpty();
    }

    @Test
    void keepsAGivenTitleAfterLaterTurnsAndALateFirstTurn() {
        store.store(List.of(TestTurn.of("conv_1", 5).prepared()));
        store.rename(renaming("Mine", NOW));
        store.rename(renaming("Older", NOW.minusSeconds(1)));
        store.store(conversation(9));
        assertThat(title()).contains("Mine");
        store.rename(renaming("Newer", NOW.plusSeconds(1)));
        assertThat(title()).contains("Newer");
    }

    @Test
    void storesATitleBeforeTheFirstTurn() {
        store.rename(renaming("Mine", NOW));
        assertThat(title()).isEmpty();
        store.store(conversation(1));
        assertThat(title()).contains("Mine");
    }

    @Test
    void keepsOnlyTheTimeOfADeletion() {
        List<PreparedTurn> turns = conversation(30);
        turns.add(TestTurn.of("conv_1", 40).askingAtLength(1_500_000).prepared());
        store.store(turns);
        store.store(List.of(TestTurn.of("conv_2", 1).prepared()));
        store.rename(renaming("Mine", TestTurn.of("conv_1", 40).receivedAt()));
        store.delete(deletionAfter(40));
        assertThat(turnsOf("conv_1")).isEmpty();
        assertThat(everything())
                .filteredOn(item -> AttributeValue.fromS("acme#conv_1").equals(item.get("pk")))
                .singleElement()
                .satisfies(item ->
                        assertThat(item.keySet()).containsExactlyInAnyOrder("pk", "sk", "deleted_at", "expires_at"));
        assertThat(reader.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .extracting(summary -> summary.id().value())
                .containsExactly("conv_2");
    }

    @Test
    void skipsTurnsOfADeletedConversation() {
        store.store(conversation(3));
        store.delete(deletionAfter(5));
        assertThat(store.store(conversation(6))).isEmpty();
        store.rename(renaming("Mine", NOW.minus(Duration.ofDays(1))));
        assertThat(title()).isEmpty();
        assertThat(turnsOf("conv_1")).isEmpty();
        assertThat(everything()).hasSize(1);
    }

    @Test
    void startsAConversationAnewAfterADeletionThatIsRedelivered() {
        store.store(conversation(3));
        store.rename(renaming("Mine", TestTurn.of("conv_1", 4).receivedAt()));
        store.delete(deletionAfter(5));
        List<PreparedTurn> all = conversation(9);
        assertThat(store.store(all)).hasSize(3);
        store.delete(deletionAfter(5));
        assertThat(store.store(all)).isEmpty();
        assertThat(turnsOf("conv_1"))
                .containsExactlyElementsOf(
                        all.subList(6, 9).stream().map(PreparedTurn::generation).toList());
        assertThat(title()).contains("Question 6");
    }

    /** Added partitions change the order: the later turns come before the deletion, and the earlier ones are redelivered. */
    @Test
    void aLateDeletionKeepsLaterTurns() {
        store.store(conversation(9).subList(6, 9));
        store.delete(deletionAfter(5));
        store.store(conversation(9));
        assertThat(turnsOf("conv_1")).hasSize(3);
    }

    /** The same when all were written before: as if the deletion had come in time. */
    @Test
    void aLateDeletionLeavesTheConversationOfLaterTurns() {
        List<PreparedTurn> turns = conversation(9);
        turns.add(8, TestTurn.of("conv_1", 7).askingAtLength(1_500_000).prepared());
        turns.remove(7);
        ConversationRenamed renaming = renaming("Mine", TestTurn.of("conv_1", 7).receivedAt());
        store.store(turns.subList(0, 6));
        store.delete(deletionAfter(5));
        store.store(turns.subList(6, 9));
        store.rename(renaming);
        Set<Map<String, AttributeValue>> inOrder = everything();
        dynamoDb.deleteTable(delete -> delete.tableName(tableName));
        table.provision();
        store.store(turns);
        store.rename(renaming);
        store.delete(deletionAfter(5));
        assertThat(turnsOf("conv_1")).hasSize(3);
        assertThat(everything()).isEqualTo(inOrder);
    }

    /** A later version has written it, before a rollback. */
    @Test
    void aLateDeletionIsAppliedAlthoughALaterTurnIsUnreadable() {
        List<PreparedTurn> turns = conversation(9);
        store.store(turns.subList(0, 8));
        Map<String, AttributeValue> unreadable = new HashMap<>(requireNonNull(dynamoDb.getItem(get ->
                        get.tableName(tableName).key(turns.get(7).encoded().key()))
                .item()));
        unreadable.put("type", AttributeValue.fromS("dev.parley.ChatPaused.v1"));
        put(unreadable);
        store.delete(deletionAfter(5));
        assertThat(everything()).hasSize(1 + 2);
        assertThat(title()).isEmpty();
        store.store(turns.subList(8, 9));
        assertThat(title()).contains("Question 8");
    }

    /** It has hidden the conversation, which another turn shows before the deletion is repeated. */
    @Test
    void aLateDeletionThatIsRepeatedLeavesTheBeginningOfLaterTurns() {
        List<PreparedTurn> turns = conversation(9);
        store.store(turns.subList(0, 8));
        IntStream.range(0, 50).forEach(_ -> flaky.throttled.add(QueryRequest.class::isInstance));
        assertThatThrownBy(() -> store.delete(deletionAfter(5))).isInstanceOf(StoreUnavailableException.class);
        flaky.throttled.clear();
        store.store(turns.subList(8, 9));
        store.delete(deletionAfter(5));
        assertThat(turnsOf("conv_1")).hasSize(3);
        assertThat(title()).contains("Question 6");
    }

    /** Each turn takes more than a page of 1 MB. */
    @Test
    void aFailedDeletionContinuesWhereItFailed() {
        store.store(IntStream.range(0, 6)
                .mapToObj(number ->
                        TestTurn.of("conv_1", number).askingAtLength(1_500_000).prepared())
                .toList());
        int stored = everything().size();
        IntStream.range(0, 50)
                .forEach(_ -> flaky.throttled.add(
                        request -> request instanceof QueryRequest query && query.hasExclusiveStartKey()));
        assertThatThrownBy(() -> store.delete(deletionAfter(40))).isInstanceOf(StoreUnavailableException.class);
        int left = everything().size();
        assertThat(left).isBetween(2, stored - 1);
        assertThatThrownBy(() -> store.delete(deletionAfter(40))).isInstanceOf(StoreUnavailableException.class);
        assertThat(everything()).hasSizeLessThan(left);
        flaky.throttled.clear();
        store.delete(deletionAfter(40));
        assertThat(everything()).hasSize(1);
    }

    /** Without a failure: each page takes 30 s. */
    @Test
    void aDeletionThatTakesTooLongContinuesWhenItIsRepeated() {
        store.store(IntStream.range(0, 6)
                .mapToObj(number ->
                        TestTurn.of("conv_1", number).askingAtLength(1_500_000).prepared())
                .toList());
        int stored = everything().size();
        advanceBeforeEachWrite(Duration.ofSeconds(30));
        assertThatThrownBy(() -> store.delete(deletionAfter(40))).isInstanceOf(StoreUnavailableException.class);
        assertThat(clock.instant()).isEqualTo(NOW.plusSeconds(120));
        assertThat(everything()).hasSizeBetween(2, stored - 1);
        store.delete(deletionAfter(40));
        assertThat(everything()).hasSize(1);
    }

    /** Later turns were stored before it, and are hidden until it is redelivered. */
    @Test
    void aDeletionThatFailsAtAnyCallIsCompletedWhenItIsRepeated() {
        List<PreparedTurn> turns = conversation(9);
        turns.set(0, TestTurn.of("conv_1", 0).askingAtLength(1_500_000).prepared());
        int calls = 0;
        while (failsAfter(calls, turns)) {
            store.delete(deletionAfter(5));
            assertThat(turnsOf("conv_1")).as("after " + calls + " calls").hasSize(3);
            assertThat(reader.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                            .conversations())
                    .as("after " + calls + " calls")
                    .extracting(ConversationSummary::title)
                    .containsExactly("Question 6");
            calls++;
        }
        assertThat(calls).isBetween(7, 20);
    }

    /** Stores the turns in an empty table; whether a deletion failed whose calls failed after so many. */
    private boolean failsAfter(int calls, List<PreparedTurn> turns) {
        dynamoDb.deleteTable(delete -> delete.tableName(tableName));
        table.provision();
        store.store(turns);
        AtomicInteger made = new AtomicInteger();
        flaky.throttled.addAll(Collections.nCopies(100, _ -> made.incrementAndGet() > calls));
        try {
            store.delete(deletionAfter(5));
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        } finally {
            flaky.throttled.clear();
        }
    }

    /** Its partition has moved: another worker applies the deletion and stores later turns before it continues. */
    @Test
    void aPausedDeletionKeepsLaterTurns() {
        store.store(conversation(3));
        flaky.beforeNextQuery = () -> {
            store.delete(deletionAfter(5));
            store.store(conversation(9));
        };
        store.delete(deletionAfter(5));
        assertThat(turnsOf("conv_1")).hasSize(3);
    }

    /** Its worker has lost the partition: another one stores, deletes and stores again before it continues. */
    @Test
    void failsABatchThatIsDeletedConcurrently() {
        List<PreparedTurn> turns = conversation(3);
        turns.add(TestTurn.of("conv_1", 4).askingAtLength(1_500_000).prepared());
        PreparedTurn later = TestTurn.of("conv_1", 7).prepared();
        AtomicReference<Set<Map<String, AttributeValue>>> deleted = new AtomicReference<>();
        flaky.beforeNextWrite = () -> {
            store.store(turns);
            store.delete(deletionAfter(5));
            store.store(List.of(later));
            deleted.set(everything());
        };
        assertThatThrownBy(() -> store.store(turns)).isInstanceOf(StoreUnavailableException.class);
        assertThat(everything()).isEqualTo(deleted.get());
        assertThat(store.store(turns)).isEmpty();
        assertThat(turnsOf("conv_1")).containsExactly(later.generation());
    }

    private static ConversationRenamed renaming(String title, Instant at) {
        return new ConversationRenamed(REQUEST, ACME, CONVERSATION, title, at, TestTurn.TRACEPARENT);
    }

    private static ConversationDeleted deletionAfter(int number) {
        Instant at = TestTurn.of("conv_1", number).receivedAt();
        return new ConversationDeleted(REQUEST, ACME, CONVERSATION, at, TestTurn.TRACEPARENT);
    }

    private Optional<String> title() {
        return reader.find(ACME, CONVERSATION).map(ConversationSummary::title);
    }

    @Test
    void concurrentWorkersStoreTheSameTurnsOnce() throws Exception {
        List<PreparedTurn> turns = conversation(50);
        List<Callable<Set<GenerationId>>> workers = Collections.nCopies(3, () -> store.store(turns));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(workers)) {
                done.get();
            }
        }
        assertThat(turnsOf("conv_1")).hasSize(50);
        assertThat(reader.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .hasSize(1);
    }

    private static List<PreparedTurn> conversation(int turns) {
        return new ArrayList<>(IntStream.range(0, turns)
                .mapToObj(number -> TestTurn.of("conv_1", number).prepared())
                .toList());
    }

    private List<GenerationId> turnsOf(String conversation) {
        return reader.read(ACME, new ConversationId(conversation), TurnPage.first(100), _ -> {}).stream()
                .flatMap(read -> read.turns().stream())
                .map(StoredTurn::generation)
                .toList();
    }

    private Set<Map<String, AttributeValue>> everything() {
        return dynamoDb.scanPaginator(scan -> scan.tableName(tableName)).items().stream()
                .collect(Collectors.toSet());
    }

    private void put(Map<String, AttributeValue> item) {
        dynamoDb.putItem(put -> put.tableName(tableName).item(item));
    }

    private long calls(String operation) {
        return registry.find("parley.dynamodb.call").tag("operation", operation).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private double retries(String cause) {
        return registry.get("parley.persistence.retries")
                .tag("cause", cause)
                .counter()
                .count();
    }
}
