package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest deletion of each deleted conversation. Written by one thread, read by any. Services keep the last day, which is
 * bounded by the gateways: they accept a limited number of deletions a day from a tenant.
 */
public final class Deletions {
    private final Map<TenantId, Map<String, Instant>> byTenant = new ConcurrentHashMap<>();

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

    /** The number of deleted conversations of a tenant. */
    public int count(TenantId tenant) {
        return byTenant.getOrDefault(tenant, Map.of()).size();
    }

    /** The number of deleted conversations. */
    public int count() {
        return byTenant.values().stream().mapToInt(Map::size).sum();
    }

    /** Removes deletions from before this time. Called by the thread that adds. */
    void removeOlderThan(Instant time) {
        byTenant.values().forEach(conversations -> conversations.values().removeIf(at -> at.isBefore(time)));
        byTenant.values().removeIf(Map::isEmpty);
    }
}
