package dev.parley.system;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.conversations.StoredConversation;
import dev.parley.conversations.StoredTurn;
import dev.parley.localstack.LocalStack;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Checks that the table is the fold of the log: it contains exactly the turns of the topic, each once and unchanged,
 * except those of deleted conversations, of which it contains nothing.
 */
final class Projection {
    static final String TABLE = "parley-conversations";

    private record Owner(TenantId tenant, ConversationId conversation) {}

    private Projection() {}

    static void isTheFoldOfTheLog(LocalStack stack) throws Exception {
        TopicReader topics = new TopicReader(stack.kafka());
        try (DynamoDbClient client = client(stack)) {
            ConversationReader table = new ConversationReader(client, TABLE, Clock.systemUTC());
            Eventually.value(() -> differences(topics, table), List::isEmpty);
        }
    }

    /** A client of the table. */
    static DynamoDbClient client(LocalStack stack) {
        return DynamoDbClient.builder()
                .httpClientBuilder(DynamoDbSettings.httpClient(stack.dynamoDb().toString()))
                .endpointOverride(stack.dynamoDb())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    private static List<String> differences(TopicReader topics, ConversationReader table) {
        List<ConsumerRecord<String, byte[]>> events = topics.all(Topics.TURNS.name()).stream()
                .filter(event -> new EventHeaders(event.headers())
                        .find(DeliveryGuarantees.EXCLUDED)
                        .isEmpty())
                .toList();
        Map<Owner, Instant> deletions = deletions(events);
        Map<Owner, List<Turn>> conversations = events.stream()
                .filter(DeliveryGuarantees::concernsARequest)
                .map(event -> TurnCodec.decode(event.headers(), event.value()))
                .filter(turn -> !isDeleted(turn, deletions))
                .collect(groupingBy(
                        turn -> new Owner(turn.facts().tenant(), turn.facts().conversation())));
        List<String> differences = new ArrayList<>();
        conversations.forEach((owner, turns) -> {
            Map<String, StoredTurn> stored = stored(table, owner);
            turns.stream()
                    .filter(turn -> !isStored(
                            turn, stored.remove(turn.facts().generation().value())))
                    .forEach(turn -> differences.add(turn.facts().generation() + " is not stored as it is on the log"));
            stored.keySet().forEach(generation -> differences.add(generation + " is stored, but not on the log"));
        });
        deletions.entrySet().stream()
                .filter(deleted -> !isErased(table, deleted.getKey(), deleted.getValue()))
                .forEach(deleted -> differences.add(deleted.getKey() + " is not erased up to " + deleted.getValue()));
        return differences;
    }

    /** The last deletion of each deleted conversation. */
    private static Map<Owner, Instant> deletions(List<ConsumerRecord<String, byte[]>> events) {
        return events.stream()
                .filter(event -> ChangeCodec.carries(event.headers()))
                .map(event -> ChangeCodec.decode(event.headers(), event.value()))
                .filter(ConversationDeleted.class::isInstance)
                .map(ConversationDeleted.class::cast)
                .collect(toMap(
                        deleted -> new Owner(deleted.tenant(), deleted.conversation()),
                        ConversationDeleted::deletedAt,
                        (one, other) -> one.isAfter(other) ? one : other));
    }

    private static boolean isDeleted(Turn turn, Map<Owner, Instant> deletions) {
        TurnFacts facts = turn.facts();
        Instant deletedAt = deletions.get(new Owner(facts.tenant(), facts.conversation()));
        return deletedAt != null && ConversationDeleted.covers(deletedAt, facts.generation());
    }

    /** Readers do not show what a deletion covers, so this asks for the items. */
    private static boolean isErased(ConversationReader table, Owner owner, Instant deletedAt) {
        return table.isErased(owner.tenant(), owner.conversation(), deletedAt);
    }

    private static Map<String, StoredTurn> stored(ConversationReader table, Owner owner) {
        Map<String, StoredTurn> turns = new TreeMap<>();
        Optional<StoredConversation> page = page(table, owner, Optional.empty());
        while (page.isPresent()) {
            page.get().turns().forEach(turn -> turns.put(turn.generation().value(), turn));
            page = page.get().next().flatMap(next -> page(table, owner, Optional.of(new GenerationId(next))));
        }
        return turns;
    }

    private static Optional<StoredConversation> page(
            ConversationReader table, Owner owner, Optional<GenerationId> after) {
        return table.read(
                owner.tenant(),
                owner.conversation(),
                new TurnPage(ConversationReader.LIMIT_MAX, TurnPage.Order.OLDEST_FIRST, after),
                _ -> {});
    }

    private static boolean isStored(Turn turn, @Nullable StoredTurn stored) {
        TurnFacts facts = turn.facts();
        return stored != null
                && turn.getClass()
                        .getSimpleName()
                        .equalsIgnoreCase("Chat" + stored.type().text())
                && turn.message().equals(stored.message().tree())
                && facts.request().equals(stored.facts().request())
                && facts.usage().equals(stored.facts().usage())
                && facts.costUsd()
                        .map(BigDecimal::stripTrailingZeros)
                        .equals(stored.facts().costUsd().map(BigDecimal::stripTrailingZeros))
                && facts.attempts().size() == stored.facts().attempts().size();
    }
}
