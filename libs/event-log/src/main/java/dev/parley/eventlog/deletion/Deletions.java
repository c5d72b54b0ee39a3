package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The latest deletion of each deleted conversation. Written by one thread, read by any. Services keep the last day, which is
 * bounded by the gateways: they accept a limited number of deletions a day from a tenant.
 */
public final class Deletions implements FoldedTopic.State {
    /** How old the state may be by which a stored or shared answer is used, see {@link FoldedTopic#notOlderThan}. */
    public static final Duration KNOWN_WITHIN = Duration.ofMillis(100);

    /**
     * The time between a deletion's acknowledgement and the response to its client: longer than {@link #KNOWN_WITHIN}, so that no
     * request after the response is answered by a state without the deletion. Gateways with a longer delay are deployed before
     * readers that permit an older state.
     */
    public static final Duration RESPONSE_DELAY = Duration.ofMillis(125);

    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<TenantId, Map<String, Instant>> byTenant = new ConcurrentHashMap<>();

    /** Owned by the thread that adds. */
    private Instant nextSweep = Instant.EPOCH;

    /** None, for a process that does not read the topic. */
    public Deletions() {
        this(Clock.systemUTC());
    }

    private Deletions(Clock clock) {
        this.clock = clock;
    }

    /**
     * Starts to read {@code chat.deletions}. A deletion is on all in-sync replicas {@link #RESPONSE_DELAY} before its client gets a
     * response, so {@link FoldedTopic#upToDate()}, and {@link FoldedTopic#notOlderThan} with {@link #KNOWN_WITHIN}, called after that
     * response, include it in every process. If they fail, it is unknown what is deleted, and nothing that may be deleted can be
     * served.
     *
     * @param service the client ids begin with it
     */
    public static FoldedTopic<Deletions> start(KafkaClients clients, String service, Duration timeout, Clock clock) {
        return FoldedTopic.start(clients, service + "-deletions", Topics.DELETIONS, timeout, new Deletions(clock));
    }

    @Override
    public void add(ConsumerRecord<String, byte[]> event) {
        if (ChangeCodec.decode(event.headers(), event.value()) instanceof ConversationDeleted deletion) {
            add(deletion);
        }
    }

    /** Adds a deletion. Of two deletions of a conversation the later counts, whatever their order. */
    public void add(ConversationDeleted deletion) {
        byTenant.computeIfAbsent(deletion.tenant(), _ -> new ConcurrentHashMap<>())
                .merge(
                        deletion.conversation().value(),
                        deletion.deletedAt(),
                        (one, other) -> one.isAfter(other) ? one : other);
    }

    /** When a conversation was deleted last. */
    public Optional<Instant> deletedAt(TenantId tenant, ConversationId conversation) {
        return Optional.ofNullable(byTenant.getOrDefault(tenant, Map.of()).get(conversation.value()));
    }

    /** Whether a generation is deleted: started in this conversation before the deletion. */
    public boolean cover(TenantId tenant, ConversationId conversation, GenerationId generation) {
        return deletedAt(tenant, conversation)
                .filter(at -> ConversationDeleted.covers(at, generation))
                .isPresent();
    }

    public int count(TenantId tenant) {
        return byTenant.getOrDefault(tenant, Map.of()).size();
    }

    public int count() {
        return byTenant.values().stream().mapToInt(Map::size).sum();
    }

    @Override
    public void polled() {
        if (!clock.instant().isBefore(nextSweep)) {
            nextSweep = clock.instant().plus(SWEEP_INTERVAL);
            removeOlderThan(clock.instant().minus(Topics.DELETIONS.retention()));
        }
    }

    /** Removes deletions from before this time. Called by the thread that adds. */
    void removeOlderThan(Instant time) {
        byTenant.values().forEach(conversations -> conversations.values().removeIf(at -> at.isBefore(time)));
        byTenant.values().removeIf(Map::isEmpty);
    }
}
