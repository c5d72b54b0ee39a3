package dev.parley.persistence.dynamodb;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationActivity;
import dev.parley.persistence.retry.Deadline;
import dev.parley.persistence.retry.Retry;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.persistence.turn.TurnStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Stores turns in the table of conversations: first the turns, of each large one the parts before the head, then the
 * conversations. A process that dies in between leaves no visible partial turn, and a retry completes it.
 *
 * <p>Turns with an existing head, deleted turns and expired turns are skipped.
 */
public final class DynamoDbTurnStore implements TurnStore {
    /** More than the batches of all consumers have; a lost partition may leave some behind. */
    private static final int UNREPORTED_MAX = 100_000;

    /** Turns that were new to a call that has not returned: if it fails, its repetition reports them, whether it finds them or not. */
    private final Set<GenerationId> unreported =
            Collections.synchronizedSet(Collections.newSetFromMap(BoundedMap.ofNewest(UNREPORTED_MAX)));

    private final StoreSettings settings;
    private final Retry retry;
    private final Clock clock;
    private final BatchCalls batches;
    private final ConversationWriter conversations;
    private final Timer finding;
    private final Timer writingTurns;
    private final Timer writingConversations;

    public DynamoDbTurnStore(
            DynamoDbClient dynamoDb,
            StoreSettings settings,
            TableProvisioner tableProvisioner,
            Retry retry,
            Clock clock,
            MeterRegistry registry) {
        DynamoDbCalls calls = new DynamoDbCalls(retry, tableProvisioner, registry);
        this.settings = settings;
        this.retry = retry;
        this.clock = clock;
        this.batches = new BatchCalls(dynamoDb, settings.table(), calls);
        this.conversations = new ConversationWriter(dynamoDb, settings, batches, calls, clock);
        this.finding = timer(registry, "find");
        this.writingTurns = timer(registry, "turns");
        this.writingConversations = timer(registry, "conversations");
    }

    private static Timer timer(MeterRegistry registry, String stage) {
        return Timer.builder("parley.persistence.write")
                .description("Writing a batch, by stage, retries included")
                .tag("stage", stage)
                .register(registry);
    }

    @Override
    public Set<GenerationId> store(List<PreparedTurn> turns) {
        Instant now = clock.instant();
        Deadline deadline = retry.deadline();
        Collection<PreparedTurn> unexpired = turns.stream()
                .filter(turn -> expiresAt(turn).isAfter(now))
                .collect(toMap(turn -> turn.encoded().key(), turn -> turn, (first, _) -> first, LinkedHashMap::new))
                .values();
        if (unexpired.isEmpty()) {
            return Set.of();
        }
        var known = Objects.requireNonNull(finding.record(() -> find(unexpired, deadline)));
        List<PreparedTurn> live =
                unexpired.stream().filter(turn -> !isDeleted(turn, known)).toList();
        List<PreparedTurn> added = live.stream()
                .filter(turn -> !known.containsKey(turn.encoded().key()))
                .toList();
        added.forEach(turn -> unreported.add(turn.generation()));
        writingTurns.record(() -> writeTurns(added, now, deadline));
        writingConversations.record(() -> writeConversations(byConversation(live), known.keySet(), deadline));
        return live.stream()
                .map(PreparedTurn::generation)
                .filter(unreported::remove)
                .collect(toUnmodifiableSet());
    }

    private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> find(
            Collection<PreparedTurn> turns, Deadline deadline) {
        List<Map<String, AttributeValue>> keys = new ArrayList<>();
        turns.forEach(turn -> keys.add(turn.encoded().key()));
        turns.stream().map(turn -> turn.activity().key()).distinct().forEach(keys::add);
        return batches.find(keys, ConversationActivity.DELETED_AT, deadline);
    }

    /** A deletion is newly found here only by a worker that was paused before this and has lost its partition since. */
    private void writeConversations(
            Collection<ConversationActivity> activities, Set<Map<String, AttributeValue>> known, Deadline deadline) {
        List<ConversationActivity> absent = new ArrayList<>();
        List<ConversationActivity> existing = new ArrayList<>();
        activities.forEach(activity -> (known.contains(activity.key()) ? existing : absent).add(activity));
        existing.addAll(conversations.insert(absent));
        int deleted = conversations.update(existing, deadline);
        if (deleted > 0) {
            throw new StoreUnavailableException(
                    "deleted meanwhile: " + deleted + " conversations",
                    new ConcurrentModificationException("another worker writes the same conversations"));
        }
    }

    private static boolean isDeleted(
            PreparedTurn turn, Map<Map<String, AttributeValue>, Map<String, AttributeValue>> known) {
        return turn.activity().isDeletedBy(known.getOrDefault(turn.activity().key(), Map.of()));
    }

    @Override
    public void rename(ConversationRenamed event) {
        conversations.rename(event, retry.deadline());
    }

    @Override
    public void delete(ConversationDeleted event) {
        conversations.delete(event, retry.deadline());
    }

    /**
     * First the small turns together, then the large ones in groups with up to one batch of parts, or of a single turn: if the
     * deadline ends the write, a retry continues with the group that it was at.
     */
    private void writeTurns(Collection<PreparedTurn> turns, Instant now, Deadline deadline) {
        Map<Boolean, List<PreparedTurn>> byLarge = turns.stream()
                .collect(partitioningBy(turn -> turn.encoded().pieces().size() > 1));
        writeTogether(byLarge.getOrDefault(false, List.of()), now, deadline);
        List<PreparedTurn> group = new ArrayList<>();
        int parts = 0;
        for (PreparedTurn turn : byLarge.getOrDefault(true, List.of())) {
            int more = turn.encoded().pieces().size();
            if (parts + more > BatchCalls.ITEMS_MAX) {
                writeTogether(group, now, deadline);
                group.clear();
                parts = 0;
            }
            group.add(turn);
            parts += more;
        }
        writeTogether(group, now, deadline);
    }

    private void writeTogether(List<PreparedTurn> turns, Instant now, Deadline deadline) {
        batches.put(
                turns.stream()
                        .flatMap(turn -> turn.encoded().parts(expiresAt(turn)).stream())
                        .toList(),
                deadline);
        batches.put(
                turns.stream()
                        .map(turn -> turn.encoded().head(now, expiresAt(turn)))
                        .toList(),
                deadline);
    }

    private Instant expiresAt(PreparedTurn turn) {
        return turn.endedAt().plus(settings.retention());
    }

    private static Collection<ConversationActivity> byConversation(Collection<PreparedTurn> turns) {
        return turns.stream()
                .map(PreparedTurn::activity)
                .collect(toMap(
                        activity -> List.of(activity.tenant(), activity.conversation()),
                        activity -> activity,
                        ConversationActivity::plus))
                .values();
    }
}
