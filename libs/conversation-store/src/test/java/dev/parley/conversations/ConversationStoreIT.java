package dev.parley.conversations;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.ItemComparison.Difference;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.localstack.LocalDynamoDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

class ConversationStoreIT {
    private static final Duration RETENTION = Duration.ofDays(30);
    private static final Clock CLOCK = Clock.fixed(SampleTurn.START.plus(Duration.ofHours(1)), ZoneOffset.UTC);
    private static final TenantId ACME = new TenantId("acme");

    private static final LocalDynamoDb SERVER = LocalDynamoDb.start();
    private static final DynamoDbClient DYNAMO_DB = open(_ -> {});

    private final String table = "conversations-" + UUID.randomUUID();
    private final ConversationReader reader = new ConversationReader(DYNAMO_DB, table, CLOCK);

    /** @param before gets each request before it is sent */
    private static DynamoDbClient open(Consumer<SdkRequest> before) {
        DynamoDbSettings settings = new DynamoDbSettings(
                SERVER.endpoint().toString(),
                "eu-central-1",
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                3,
                20);
        return settings.open(new DynamoDbMeters(new SimpleMeterRegistry()), new ExecutionInterceptor() {
            @Override
            public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
                before.accept(context.request());
            }
        });
    }

    @AfterAll
    static void stop() {
        DYNAMO_DB.close();
        SERVER.close();
    }

    @BeforeEach
    void createTable() {
        assertThat(new ConversationTable(DYNAMO_DB, table, ConversationTable.Protection.NONE).provision())
                .hasSize(2);
    }

    @Test
    void provisioningAgainChangesNothing() {
        ConversationTable again = new ConversationTable(DYNAMO_DB, table, ConversationTable.Protection.NONE);
        assertThat(again.provision()).isEmpty();
        assertThat(again.isUsable(Duration.ofSeconds(20))).isTrue();
        assertThat(DYNAMO_DB
                        .describeTimeToLive(describe -> describe.tableName(table))
                        .timeToLiveDescription()
                        .timeToLiveStatus())
                .isEqualTo(TimeToLiveStatus.ENABLED);
    }

    @Test
    void aCommandOfOperatorsReachesTheEndpoint() throws Exception {
        String[] endpoint = {SERVER.endpoint().toString()};
        assertThat(ConversationTable.run(
                        "",
                        endpoint,
                        0,
                        client -> client.listTables().tableNames().contains(table) ? 0 : 1))
                .isZero();
    }

    @Test
    void aTableThatIsProtectedCannotBeDeleted() {
        ConversationTable again =
                new ConversationTable(DYNAMO_DB, table, new ConversationTable.Protection(false, true, ""));
        assertThat(again.provision()).containsExactly("protected table " + table + " from deletion");
        assertThat(again.provision()).isEmpty();
        assertThatThrownBy(() -> DYNAMO_DB.deleteTable(delete -> delete.tableName(table)))
                .isInstanceOf(DynamoDbException.class);
        DYNAMO_DB.updateTable(update -> update.tableName(table).deletionProtectionEnabled(false));
    }

    @Test
    void concurrentProvisioningSucceeds() throws Exception {
        String contested = "contested-" + UUID.randomUUID();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<String>>> four = IntStream.range(0, 4)
                    .<Callable<List<String>>>mapToObj(i -> () ->
                            new ConversationTable(DYNAMO_DB, contested, ConversationTable.Protection.NONE).provision())
                    .toList();
            for (var done : threads.invokeAll(four)) {
                done.get();
            }
        }
        assertThat(new ConversationTable(DYNAMO_DB, contested, ConversationTable.Protection.NONE).provision())
                .isEmpty();
    }

    @Test
    void aMissingTableIsNotUsable() {
        assertThat(new ConversationTable(DYNAMO_DB, "missing", ConversationTable.Protection.NONE)
                        .isUsable(Duration.ofSeconds(2)))
                .isFalse();
    }

    @Test
    void readsAConversationInTheOrderOfItsRequests() {
        SampleTurn first = new SampleTurn("conv_1", 1);
        SampleTurn large = new SampleTurn("conv_1", 2).asking(EncodedTurnTest.incompressible(3_000_000));
        SampleTurn last = new SampleTurn("conv_1", 3);
        write(last, first, large);
        StoredConversation read = reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                .orElseThrow();
        assertThat(read.summary())
                .isEqualTo(new ConversationSummary(
                        new ConversationId("conv_1"),
                        "Question 1",
                        "ada",
                        first.completed().facts().receivedAt(),
                        last.completed().facts().endedAt()));
        assertThat(read.turns()).containsExactly(stored(first), stored(large), stored(last));
        assertThat(read.next()).isEmpty();
    }

    @Test
    void appliesADeletionThatTheTableDoesNotShowYet() {
        SampleTurn turn = new SampleTurn("conv_1", 1);
        write(turn, new SampleTurn("conv_2", 2));
        ConversationId deleted = new ConversationId("conv_1");
        Instant at = turn.completed().facts().generation().madeAt().plusSeconds(1);
        Deletions deletions = new Deletions();
        ConversationReader informed = new ConversationReader(DYNAMO_DB, table, () -> deletions, CLOCK);
        assertThat(informed.find(ACME, deleted)).isPresent();

        deletions.add(new ConversationDeleted(new RequestId("req_1"), ACME, deleted, at, "trace"));

        assertThat(informed.find(ACME, deleted)).isEmpty();
        assertThat(informed.read(ACME, deleted, TurnPage.first(10), _ -> {})).isEmpty();
        assertThat(informed.newestCompleted(ACME, deleted, _ -> {})).isEmpty();
        assertThat(informed.isRecorded(ACME, deleted, turn.completed().facts().generation()))
                .isTrue();
        assertThat(informed.isDeleted(ACME, deleted, turn.completed().facts().generation()))
                .isTrue();
        assertThat(informed.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .extracting(summary -> summary.id().value())
                .containsExactly("conv_2");
        assertThat(reader.find(ACME, deleted)).as("the table has it").isPresent();
    }

    /** Such as after partitions were added: the later turns then come from another one. */
    @Test
    void readsTheTurnsAfterADeletionThatTheTableDoesNotShowYet() {
        SampleTurn second = new SampleTurn("conv_1", 20);
        SampleTurn third = new SampleTurn("conv_1", 30);
        write(new SampleTurn("conv_1", 10).by("mallory"), second, third);
        ConversationId conversation = new ConversationId("conv_1");
        Instant at = SampleTurn.START.plusSeconds(15);
        Deletions deletions = new Deletions();
        deletions.add(new ConversationDeleted(new RequestId("req_1"), ACME, conversation, at, "trace"));
        ConversationReader informed = new ConversationReader(DYNAMO_DB, table, () -> deletions, CLOCK);

        StoredConversation read =
                informed.read(ACME, conversation, TurnPage.first(10), _ -> {}).orElseThrow();
        assertThat(read.turns()).containsExactly(stored(second), stored(third));
        assertThat(read.summary())
                .as("nothing of the deleted turn")
                .isEqualTo(new ConversationSummary(
                        conversation,
                        "Question 20",
                        "ada",
                        second.completed().facts().receivedAt(),
                        third.completed().facts().endedAt()));
        assertThat(informed.newestCompleted(ACME, conversation, _ -> {})).contains(stored(third));
        rename("Old", at.minusSeconds(1));
        assertThat(informed.read(ACME, conversation, TurnPage.first(1), _ -> {})
                        .orElseThrow()
                        .summary()
                        .title())
                .isEqualTo("Question 20");
        rename("New", at.plusSeconds(1));
        assertThat(informed.read(ACME, conversation, TurnPage.first(1), _ -> {})
                        .orElseThrow()
                        .summary()
                        .title())
                .isEqualTo("New");
    }

    private void rename(String title, Instant at) {
        DYNAMO_DB.updateItem(ConversationChanges.rename(
                new ConversationRenamed(new RequestId("req_2"), ACME, new ConversationId("conv_1"), title, at, "trace"),
                table,
                RETENTION));
    }

    @Test
    void readsPagesOfTurns() {
        IntStream.range(0, 7).forEach(second -> write(new SampleTurn("conv_1", second)));
        List<StoredTurn> all = new ArrayList<>();
        StoredConversation page = reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(3), _ -> {})
                .orElseThrow();
        all.addAll(page.turns());
        while (page.next().isPresent()) {
            assertThat(page.turns()).hasSize(3);
            Optional<GenerationId> after = page.next().map(GenerationId::new);
            page = reader.read(
                            ACME,
                            new ConversationId("conv_1"),
                            new TurnPage(3, TurnPage.Order.OLDEST_FIRST, after),
                            _ -> {})
                    .orElseThrow();
            all.addAll(page.turns());
        }
        assertThat(all)
                .containsExactlyElementsOf(IntStream.range(0, 7)
                        .mapToObj(second -> stored(new SampleTurn("conv_1", second)))
                        .toList());
    }

    @Test
    void readsPagesOfTurnsNewestFirst() {
        IntStream.range(0, 6).forEach(second -> write(new SampleTurn("conv_1", second)));
        write(new SampleTurn("conv_1", 6).asking(EncodedTurnTest.incompressible(3_000_000)));
        List<StoredTurn> all = new ArrayList<>();
        Optional<GenerationId> after = Optional.empty();
        do {
            StoredConversation page = reader.read(
                            ACME,
                            new ConversationId("conv_1"),
                            new TurnPage(3, TurnPage.Order.NEWEST_FIRST, after),
                            _ -> {})
                    .orElseThrow();
            all.addAll(page.turns());
            after = page.next().map(GenerationId::new);
        } while (after.isPresent());
        assertThat(all)
                .extracting(StoredTurn::generation)
                .containsExactlyElementsOf(IntStream.of(6, 5, 4, 3, 2, 1, 0)
                        .mapToObj(second -> new SampleTurn("conv_1", second).generation())
                        .toList());
        assertThat(all.getFirst().facts().request())
                .isEqualTo(new SampleTurn("conv_1", 6)
                        .asking(EncodedTurnTest.incompressible(3_000_000))
                        .completed()
                        .facts()
                        .request());
    }

    @Test
    void endsAPageAtItsByteLimitAfterAtLeastOneTurn() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 2));
        TurnQueries turns = turnsOf("conv_1");
        for (TurnPage.Order order : TurnPage.Order.values()) {
            List<Long> sizes = new ArrayList<>();
            TurnQueries.Turns page = turns.read(new TurnPage(9, order, Optional.empty()), 100, sizes::add);
            assertThat(page.turns()).hasSize(1);
            assertThat(sizes).as("only of turns on the page").hasSize(1).allMatch(size -> size > 100);
            assertThat(page.last()).contains(page.turns().getFirst().generation());
        }
    }

    @Test
    void skipsATurnThatIsBeingWritten() {
        SampleTurn large = new SampleTurn("conv_1", 2).asking(EncodedTurnTest.incompressible(1_000_000));
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 3));
        large.encoded().parts(CLOCK.instant().plus(RETENTION)).forEach(this::put);
        assertThat(reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                        .orElseThrow()
                        .turns())
                .containsExactly(stored(new SampleTurn("conv_1", 1)), stored(new SampleTurn("conv_1", 3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void findsNoConversationThatIsDeletedWhileItIsRead(int queriesBefore) {
        writeOverTwoMegabytes();
        assertThat(readWith(queriesBefore, this::deleteAll)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void readsOnlyTheLaterTurnsOfAConversationThatBeginsAgainWhileItIsRead(int queriesBefore) {
        SampleTurn later = new SampleTurn("conv_1", 20);
        writeOverTwoMegabytes();
        StoredConversation read = readWith(queriesBefore, () -> {
                    deleteAll();
                    write(later);
                })
                .orElseThrow();
        assertThat(read.summary().title()).isEqualTo("Question 20");
        assertThat(read.turns()).containsExactly(stored(later));
        assertThat(read.next()).isEmpty();
    }

    /** A query reads 1 MB, so this takes three. */
    private void writeOverTwoMegabytes() {
        IntStream.range(0, 9)
                .mapToObj(second -> new SampleTurn("conv_1", second))
                .forEach(turn -> write(turn.asking(EncodedTurnTest.incompressible(380_000))));
    }

    private void deleteAll() {
        DYNAMO_DB.updateItem(ConversationChanges.tombstone(deletion("conv_1", 15), table, RETENTION));
        erase(SampleTurn.START.plusSeconds(15));
    }

    /** Reads the conversation; the action runs after so many of the queries. */
    private Optional<StoredConversation> readWith(int queriesBefore, Runnable action) {
        AtomicInteger queries = new AtomicInteger();
        try (DynamoDbClient client = open(request -> {
            if (request instanceof QueryRequest && queries.getAndIncrement() == queriesBefore) {
                action.run();
            }
        })) {
            return new ConversationReader(client, table, CLOCK)
                    .read(ACME, new ConversationId("conv_1"), TurnPage.first(100), _ -> {});
        }
    }

    /** Each costs a read unit. */
    @Test
    void readsTheItemOfAConversationAgainOnlyAtTheEndOfItsTurns() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 2));
        AtomicInteger items = new AtomicInteger();
        try (DynamoDbClient client = open(request -> {
            if (request instanceof GetItemRequest) {
                items.incrementAndGet();
            }
        })) {
            ConversationReader counted = new ConversationReader(client, table, CLOCK);
            counted.read(ACME, new ConversationId("conv_1"), TurnPage.first(1), _ -> {});
            assertThat(items).hasValue(1);
            counted.read(ACME, new ConversationId("conv_1"), TurnPage.first(2), _ -> {});
            assertThat(items).hasValue(1 + 2);
        }
    }

    @Test
    void readsAPageAgainIfALargeTurnIsDeletedMeanwhile() {
        SampleTurn large = new SampleTurn("conv_1", 1).asking(EncodedTurnTest.incompressible(1_000_000));
        SampleTurn later = new SampleTurn("conv_1", 20);
        write(large, new SampleTurn("conv_1", 2));
        LongConsumer deletion = beforeTheParts(large, () -> {
            deleteAll();
            write(later, new SampleTurn("conv_1", 21));
        });
        TurnPage page = TurnPage.first(1);
        StoredConversation read =
                reader.read(ACME, large.conversationId(), page, deletion).orElseThrow();
        assertThat(read.turns()).containsExactly(stored(later));
        assertThat(read.next()).contains(later.generation().value());
    }

    /** A deletion removes the items of a turn in any order. */
    @Test
    void aLargeTurnThatIsBeingDeletedIsNotTheNewestCompletedOne() {
        SampleTurn large = new SampleTurn("conv_1", 1).asking(EncodedTurnTest.incompressible(1_000_000));
        write(large);
        LongConsumer deletion = beforeTheParts(large, () -> {
            DYNAMO_DB.updateItem(ConversationChanges.tombstone(deletion("conv_1", 5), table, RETENTION));
            deleteAPart(large.encoded());
        });
        assertThat(reader.newestCompleted(ACME, large.conversationId(), deletion))
                .isEmpty();
    }

    @Test
    void failsIfATurnThatIsNotDeletedLacksAPart() {
        SampleTurn large = new SampleTurn("conv_1", 1).asking(EncodedTurnTest.incompressible(1_000_000));
        write(large);
        deleteAPart(large.encoded());
        assertThatThrownBy(() -> reader.newestCompleted(ACME, large.conversationId(), _ -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    /** The policy of persistence-worker allows it no {@code GetItem}. Another worker has begun the deletion meanwhile. */
    @Test
    void summarizesLaterTurnsByQueriesOnlyAlsoIfALargeOneIsBeingDeleted() {
        SampleTurn large = new SampleTurn("conv_1", 1).asking(EncodedTurnTest.incompressible(1_000_000));
        write(large);
        DYNAMO_DB.updateItem(ConversationChanges.tombstone(deletion("conv_1", 5), table, RETENTION));
        deleteAPart(large.encoded());
        List<SdkRequest> requests = new ArrayList<>();
        try (DynamoDbClient client = open(requests::add)) {
            assertThat(new ConversationReader(client, table, CLOCK)
                            .hiddenActivity(ACME, large.conversationId(), meta("conv_1")))
                    .isEmpty();
        }
        assertThat(requests).isNotEmpty().allMatch(QueryRequest.class::isInstance);
    }

    private static LongConsumer beforeTheParts(SampleTurn turn, Runnable action) {
        return bytes -> {
            if (bytes == turn.encoded().eventBytes()) {
                action.run();
            }
        };
    }

    private void erase(Instant deletedAt) {
        DYNAMO_DB
                .queryPaginator(ConversationChanges.turns(ACME, new ConversationId("conv_1"), deletedAt, table))
                .items()
                .forEach(this::delete);
    }

    private void deleteAPart(EncodedTurn turn) {
        Map<String, AttributeValue> part = turn.parts(CLOCK.instant()).getFirst();
        delete(Map.of("pk", requireNonNull(part.get("pk")), "sk", requireNonNull(part.get("sk"))));
    }

    private void delete(Map<String, AttributeValue> key) {
        DYNAMO_DB.deleteItem(delete -> delete.tableName(table).key(key));
    }

    @Test
    void findsTheNewestCompletedTurn() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 2));
        EncodedTurn failed = SampleTurn.encoded(new SampleTurn("conv_1", 3).failed());
        put(failed.head(CLOCK.instant(), CLOCK.instant().plus(RETENTION)));
        ConversationId conversation = new ConversationId("conv_1");
        assertThat(reader.newestCompleted(ACME, conversation, _ -> {})).contains(stored(new SampleTurn("conv_1", 2)));
        assertThat(reader.newestCompleted(new TenantId("umbrella"), conversation, _ -> {}))
                .isEmpty();
        assertThat(reader.isRecorded(ACME, conversation, failed.generation())).isTrue();
        assertThat(reader.isRecorded(ACME, conversation, new SampleTurn("conv_1", 4).generation()))
                .isFalse();
    }

    @Test
    void findsACompletedTurnByItsGeneration() {
        SampleTurn first = new SampleTurn("conv_1", 1);
        SampleTurn second = new SampleTurn("conv_1", 2);
        write(first, second);
        EncodedTurn failed = SampleTurn.encoded(new SampleTurn("conv_1", 3).failed());
        put(failed.head(CLOCK.instant(), CLOCK.instant().plus(RETENTION)));
        ConversationId conversation = new ConversationId("conv_1");
        List<Long> bytes = new ArrayList<>();
        assertThat(reader.completed(ACME, conversation, first.generation(), bytes::add))
                .contains(stored(first));
        assertThat(bytes).as("before it is unpacked").hasSize(1);
        assertThat(reader.completed(ACME, conversation, failed.generation(), _ -> {}))
                .isEmpty();
        assertThat(reader.completed(ACME, conversation, new SampleTurn("conv_1", 4).generation(), _ -> {}))
                .isEmpty();
        assertThat(reader.completed(new TenantId("umbrella"), conversation, first.generation(), _ -> {}))
                .isEmpty();

        Deletions deletions = new Deletions();
        Instant at = second.generation().madeAt().minusMillis(1);
        deletions.add(new ConversationDeleted(new RequestId("req_1"), ACME, conversation, at, "trace"));
        ConversationReader informed = new ConversationReader(DYNAMO_DB, table, () -> deletions, CLOCK);
        assertThat(informed.completed(ACME, conversation, first.generation(), _ -> {}))
                .as("deleted")
                .isEmpty();
        assertThat(informed.completed(ACME, conversation, second.generation(), _ -> {}))
                .contains(stored(second));
    }

    /** The head of the first turn after a deletion is written before the conversation is shown again. */
    @Test
    void aTurnIsRecordedOnceItsConversationIsShown() {
        SampleTurn later = new SampleTurn("conv_1", 9);
        write(new SampleTurn("conv_1", 1));
        DYNAMO_DB.updateItem(ConversationChanges.tombstone(deletion("conv_1", 5), table, RETENTION));
        put(later.encoded().head(CLOCK.instant(), CLOCK.instant().plus(RETENTION)));
        assertThat(reader.newestCompleted(ACME, later.conversationId(), _ -> {}))
                .isEmpty();
        assertThat(reader.isRecorded(ACME, later.conversationId(), later.generation()))
                .isFalse();
        write(later);
        assertThat(reader.newestCompleted(ACME, later.conversationId(), _ -> {}))
                .contains(stored(later));
        assertThat(reader.isRecorded(ACME, later.conversationId(), later.generation()))
                .isTrue();
    }

    private static ConversationDeleted deletion(String conversation, long second) {
        return new ConversationDeleted(
                new RequestId("req_1"),
                ACME,
                new ConversationId(conversation),
                SampleTurn.START.plusSeconds(second),
                "trace");
    }

    /** Unlike DynamoDB, DynamoDB Local finds it with a filtered query of all items too, whatever their size. */
    @Test
    void findsTheNewestCompletedTurnBeforeLargeFailedOnes() {
        SampleTurn completed = new SampleTurn("conv_1", 1).asking(EncodedTurnTest.incompressible(1_000_000));
        write(completed);
        IntStream.range(2, 5).forEach(second -> writeFailed(new SampleTurn("conv_1", second), 8));
        writeParts(failed(new SampleTurn("conv_1", 5), 4));
        assertThat(reader.newestCompleted(ACME, new ConversationId("conv_1"), _ -> {}))
                .contains(stored(completed));
    }

    @Test
    void findsTheNewestCompletedTurnBeforeManySmallFailedOnes() {
        write(new SampleTurn("conv_1", 0));
        IntStream.rangeClosed(1, 120).forEach(second -> writeFailed(new SampleTurn("conv_1", second), 1));
        assertThat(turnsOf("conv_1").newestCompleted(3, _ -> {})).contains(stored(new SampleTurn("conv_1", 0)));
    }

    @Test
    void hasNoCompletedTurnIfAllFailed() {
        write(new SampleTurn("conv_1", 0));
        delete(new SampleTurn("conv_1", 0).encoded().key());
        ConversationId conversation = new ConversationId("conv_1");
        assertThat(reader.newestCompleted(ACME, conversation, _ -> {})).isEmpty();
        writeFailed(new SampleTurn("conv_1", 1), 5);
        writeFailed(new SampleTurn("conv_1", 2), 1);
        assertThat(reader.newestCompleted(ACME, conversation, _ -> {})).isEmpty();
    }

    /** An empty result would drop the history silently. */
    @Test
    void failsIfTooManyTurnsFollowTheNewestCompletedOne() {
        write(new SampleTurn("conv_1", 0));
        writeFailed(new SampleTurn("conv_1", 1), 4);
        writeFailed(new SampleTurn("conv_1", 2), 4);
        assertThatThrownBy(() -> turnsOf("conv_1").newestCompleted(2, _ -> {})).isInstanceOf(SdkException.class);
        assertThat(turnsOf("conv_1").newestCompleted(3, _ -> {})).contains(stored(new SampleTurn("conv_1", 0)));
    }

    private TurnQueries turnsOf(String conversation) {
        return new TurnQueries(DYNAMO_DB, table, meta(conversation), CLOCK.instant());
    }

    /** The item of a conversation without a deletion. */
    private static Map<String, AttributeValue> meta(String conversation) {
        return Map.of("pk", AttributeValue.fromS("acme#" + conversation));
    }

    private void writeFailed(SampleTurn turn, int pieces) {
        EncodedTurn failed = failed(turn, pieces);
        writeParts(failed);
        put(failed.head(CLOCK.instant(), CLOCK.instant().plus(RETENTION)));
    }

    private void writeParts(EncodedTurn turn) {
        turn.parts(CLOCK.instant().plus(RETENTION)).forEach(this::put);
    }

    /** A turn that is never decoded; its pieces have the greatest size, unless it is a single one. */
    private static EncodedTurn failed(SampleTurn turn, int pieces) {
        SdkBytes piece = SdkBytes.fromByteArray(new byte[pieces == 1 ? 1_000 : EncodedTurn.PIECE_BYTES_MAX]);
        return new EncodedTurn(
                turn.tenantId(),
                turn.conversationId(),
                turn.generation(),
                TurnCodec.CHAT_FAILED,
                1_000,
                Collections.nCopies(pieces, piece));
    }

    @Test
    void searchesTitlesPageByPage() {
        IntStream.range(0, 9)
                .forEach(second -> write(new SampleTurn("conv_" + second, second)
                        .asking(second % 2 == 0 ? "Crème brûlée " + second : "Soup " + second)));
        Optional<Predicate<String>> search = Optional.of(title -> title.startsWith("Crème"));
        List<String> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            ConversationPage page = reader.list(ACME, "ada", 2, next, search);
            assertThat(page.conversations()).hasSizeLessThanOrEqualTo(2);
            ids(page, all);
            next = page.next();
        } while (next.isPresent());
        assertThat(all).containsExactly("conv_8", "conv_6", "conv_4", "conv_2", "conv_0");
    }

    @Test
    void readsPagesOfConversationsLastActiveFirst() {
        IntStream.range(0, 5).forEach(second -> write(new SampleTurn("conv_" + second, second)));
        write(new SampleTurn("conv_1", 9), new SampleTurn("conv_other", 7).by("bob"));
        List<String> all = new ArrayList<>();
        ConversationPage page = reader.list(ACME, "ada", 2, Optional.empty(), Optional.empty());
        ids(page, all);
        while (page.next().isPresent()) {
            page = reader.list(ACME, "ada", 2, page.next(), Optional.empty());
            ids(page, all);
        }
        assertThat(all).containsExactly("conv_1", "conv_4", "conv_3", "conv_2", "conv_0");
    }

    @Test
    void isolatesTenants() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 2).of("umbrella"));
        assertThat(reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                        .orElseThrow()
                        .turns())
                .containsExactly(stored(new SampleTurn("conv_1", 1)));
        assertThat(reader.read(new TenantId("umbrella"), new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                        .orElseThrow()
                        .turns())
                .containsExactly(stored(new SampleTurn("conv_1", 2).of("umbrella")));
        assertThat(reader.read(new TenantId("initech"), new ConversationId("conv_1"), TurnPage.first(10), _ -> {}))
                .isEmpty();
        assertThat(reader.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .hasSize(1);
        assertThat(reader.list(new TenantId("initech"), "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .isEmpty();
    }

    @Test
    void aCursorGivesNoAccessToAnotherList() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_2", 2));
        write(new SampleTurn("conv_3", 0).of("umbrella"));
        Optional<String> next =
                reader.list(ACME, "ada", 1, Optional.empty(), Optional.empty()).next();
        assertThat(next).isPresent();
        assertThat(reader.list(new TenantId("umbrella"), "ada", 10, next, Optional.empty())
                        .conversations())
                .extracting(summary -> summary.id().value())
                .containsExactly("conv_3");
    }

    @Test
    void aConversationKeepsItsFirstUser() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 2).by("mallory"));
        assertThat(reader.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                        .orElseThrow()
                        .summary()
                        .user())
                .isEqualTo("ada");
        assertThat(reader.list(ACME, "mallory", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .isEmpty();
    }

    @Test
    void anEarlierTurnThatArrivesLateDeterminesTheStart() {
        write(new SampleTurn("conv_1", 5).by("mallory"));
        write(new SampleTurn("conv_1", 1));
        ConversationSummary summary = reader.list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                .conversations()
                .getFirst();
        assertThat(summary.title()).isEqualTo("Question 1");
        assertThat(summary.updatedAt())
                .isEqualTo(new SampleTurn("conv_1", 5).completed().facts().endedAt());
        assertThat(reader.list(ACME, "mallory", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .isEmpty();
    }

    /** A worker that was paused between its two updates continues after another one has applied the deletion. */
    @Test
    void aDeletedTurnDoesNotDetermineTheStart() {
        ConversationActivity deleted =
                ConversationActivity.of(new SampleTurn("conv_1", 1).completed().facts());
        ConversationActivity later =
                ConversationActivity.of(new SampleTurn("conv_1", 4).completed().facts());
        write(new SampleTurn("conv_1", 5));
        advance(table, deleted);
        DYNAMO_DB.updateItem(ConversationChanges.recordDeletion(deletion("conv_1", 3), table));
        assertThatThrownBy(() -> DYNAMO_DB.updateItem(deleted.begin(table)))
                .isInstanceOf(ConditionalCheckFailedException.class);
        assertThat(title("conv_1")).isEqualTo("Question 5");
        DYNAMO_DB.updateItem(later.begin(table));
        assertThat(title("conv_1")).isEqualTo("Question 4");
    }

    private String title(String conversation) {
        return reader.find(ACME, new ConversationId(conversation)).orElseThrow().title();
    }

    @Test
    void hidesExpiredItemsThatDynamoDbHasNotDeletedYet() {
        write(new SampleTurn("conv_1", 1), new SampleTurn("conv_1", 60));
        Instant between = SampleTurn.START.plus(RETENTION).plusSeconds(30);
        ConversationReader later = new ConversationReader(DYNAMO_DB, table, Clock.fixed(between, ZoneOffset.UTC));
        assertThat(later.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {})
                        .orElseThrow()
                        .turns())
                .hasSize(1);
        Instant after = between.plusSeconds(60);
        ConversationReader muchLater = new ConversationReader(DYNAMO_DB, table, Clock.fixed(after, ZoneOffset.UTC));
        assertThat(muchLater.read(ACME, new ConversationId("conv_1"), TurnPage.first(10), _ -> {}))
                .isEmpty();
        assertThat(muchLater
                        .list(ACME, "ada", 10, Optional.empty(), Optional.empty())
                        .conversations())
                .isEmpty();
    }

    /** Events older than the retention are not on the log any more, from which the other table is made. */
    @Test
    void comparesNothingOlderThanTheRetention() throws Exception {
        String rebuilt = other();
        SampleTurn later = new SampleTurn("conv_1", RETENTION.plusDays(1).toSeconds());
        write(new SampleTurn("conv_1", 0).by("mallory"), later);
        rename("Mine", SampleTurn.START.plusSeconds(2));
        write(rebuilt, later);
        DYNAMO_DB.updateItem(ConversationChanges.tombstone(
                deletion("conv_2", Duration.ofHours(12).toSeconds()), table, RETENTION));
        TableComparison.Result result =
                compared(rebuilt, later.completed().facts().endedAt().plusSeconds(60));
        assertThat(result.areEqual()).isTrue();
        assertThat(result.items()).isEqualTo(2);
    }

    @Test
    void comparesTheBeginningOfAConversation() throws Exception {
        String rebuilt = other();
        write(new SampleTurn("conv_1", 0), new SampleTurn("conv_1", 60));
        write(rebuilt, new SampleTurn("conv_1", 60));
        put(rebuilt, new SampleTurn("conv_1", 0).encoded().head(CLOCK.instant(), SampleTurn.START.plus(RETENTION)));
        assertThat(compared(rebuilt, CLOCK.instant()).different())
                .isEqualTo(Map.of(Difference.CHANGED, List.of("acme#conv_1 META")));
    }

    /** With another version of zlib, a turn may have other parts, or parts at all. */
    @ParameterizedTest
    @CsvSource({"400000, 0, 2", "800000, 2, 3"})
    void comparesTurnsAsTheyWereBeforeTheyWerePacked(int questionLength, int parts, int otherParts) throws Exception {
        String rebuilt = other();
        SampleTurn turn = new SampleTurn("conv_1", 0).asking(EncodedTurnTest.incompressible(questionLength));
        EncodedTurn otherwise = turn.encoded(0);
        assertThat(turn.encoded().parts(CLOCK.instant())).hasSize(parts);
        assertThat(otherwise.parts(CLOCK.instant())).hasSize(otherParts);
        write(rebuilt, turn);
        write(turn);
        write(table, turn, otherwise);
        TableComparison.Result equal = compared(rebuilt, CLOCK.instant());
        assertThat(equal.areEqual()).isTrue();
        assertThat(List.of(equal.items(), equal.otherItems())).containsOnly(2L);

        Map<Difference, List<String>> changed =
                Map.of(Difference.CHANGED, List.of("acme#conv_1 TURN#" + turn.generation()));
        write(table, turn, turn.asking("-" + turn.question().substring(1)).encoded(0));
        assertThat(compared(rebuilt, CLOCK.instant()).different()).isEqualTo(changed);
        write(table, turn, otherwise);
        deleteAPart(otherwise);
        assertThat(compared(rebuilt, CLOCK.instant()).different()).isEqualTo(changed);
    }

    /** As after the loss of the table: the present one has what was stored since. */
    @Test
    void tellsATableThatHasMoreFromOneThatDiffers() throws Exception {
        String rebuilt = other();
        write(rebuilt, new SampleTurn("conv_0", 0), new SampleTurn("conv_1", 0), new SampleTurn("conv_1", 60));
        write(new SampleTurn("conv_1", 60));
        TableComparison.Result more = compared(rebuilt, CLOCK.instant());
        assertThat(more.otherHasAll()).isTrue();
        assertThat(more.areEqual()).isFalse();
        assertThat(more.different()).containsOnlyKeys(Difference.ADDED);
        assertThat(more.text("present", "rebuilt"))
                .startsWith("present has 2 items, rebuilt has 5. "
                        + "0 only in present, 4 only or more complete in rebuilt, 0 differ.\n")
                .contains("rebuilt has all that present has, and more", "ADDED acme#conv_1 META\n");

        write(new SampleTurn("conv_2", 0));
        TableComparison.Result less = compared(rebuilt, CLOCK.instant());
        assertThat(less.otherHasAll()).isFalse();
        assertThat(less.text("present", "rebuilt")).contains("2 only in present,", "MISSING acme#conv_2 META\n");
    }

    /** Nothing is read again here. */
    @Test
    void tablesThatDifferBeyondTheBoundAreNotEqual() throws Exception {
        String rebuilt = other();
        write(new SampleTurn("conv_1", 0));
        TableComparison.Result less =
                comparison(table, rebuilt, CLOCK.instant(), 0).compare();
        assertThat(less.areEqual()).isFalse();
        assertThat(less.otherHasAll()).isFalse();
        assertThat(less.text("present", "rebuilt")).contains("0 or more only in present,", "compare again");

        TableComparison.Result more =
                comparison(rebuilt, table, CLOCK.instant(), 1).compare();
        assertThat(more.areEqual()).isFalse();
        assertThat(more.otherHasAll()).isTrue();
        assertThat(more.text("rebuilt", "present"))
                .contains("1 or more only or more complete in present,")
                .doesNotContain("compare again");
    }

    @Test
    void findsATable() {
        assertThat(new ConversationTable(DYNAMO_DB, table, ConversationTable.Protection.NONE).exists())
                .isTrue();
        assertThat(new ConversationTable(DYNAMO_DB, "lost", ConversationTable.Protection.NONE).exists())
                .isFalse();
    }

    private static String other() {
        String other = "rebuilt-" + UUID.randomUUID();
        new ConversationTable(DYNAMO_DB, other, ConversationTable.Protection.NONE).provision();
        return other;
    }

    private TableComparison.Result compared(String other, Instant now) throws InterruptedException {
        return comparison(table, other, now, 1_000).compare();
    }

    private static TableComparison comparison(String table, String other, Instant now, int differencesMax) {
        return new TableComparison(
                DYNAMO_DB, table, other, Clock.fixed(now, ZoneOffset.UTC), Duration.ZERO, differencesMax);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "%%%", "Z2FyYmFnZQ", "MjAyNi0xMS0yNFQxMDowMDowMFojY29udg", "I2NvbnY"})
    void rejectsAMalformedCursor(String cursor) {
        assertThatThrownBy(() -> reader.list(ACME, "ada", 10, Optional.of(cursor), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101})
    void rejectsALimitOutOfRange(int limit) {
        assertThatThrownBy(() -> reader.list(ACME, "ada", limit, Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.read(ACME, new ConversationId("conv"), TurnPage.first(limit), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void ids(ConversationPage page, List<String> into) {
        page.conversations().forEach(summary -> into.add(summary.id().value()));
    }

    private static StoredTurn stored(SampleTurn turn) {
        return SampleTurn.stored(turn.completed(), CLOCK.instant());
    }

    private void write(SampleTurn... turns) {
        write(table, turns);
    }

    private static void write(String table, SampleTurn... turns) {
        for (SampleTurn turn : turns) {
            write(table, turn, turn.encoded());
            ConversationActivity activity =
                    ConversationActivity.of(turn.completed().facts());
            if (activity.beganBefore(advance(table, activity))) {
                DYNAMO_DB.updateItem(activity.begin(table));
            }
        }
    }

    private static void write(String table, SampleTurn turn, EncodedTurn encoded) {
        Instant expiresAt = turn.completed().facts().endedAt().plus(RETENTION);
        encoded.parts(expiresAt).forEach(part -> put(table, part));
        put(table, encoded.head(CLOCK.instant(), expiresAt));
    }

    private static Map<String, AttributeValue> advance(String table, ConversationActivity activity) {
        try {
            return DYNAMO_DB.updateItem(activity.advance(table, RETENTION)).attributes();
        } catch (ConditionalCheckFailedException e) {
            return e.item();
        }
    }

    private void put(Map<String, AttributeValue> item) {
        put(table, item);
    }

    private static void put(String table, Map<String, AttributeValue> item) {
        DYNAMO_DB.putItem(put -> put.tableName(table).item(item));
    }
}
