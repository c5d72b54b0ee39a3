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
 * The deletions of conversations of the last day, of each conversation the latest. Written by one thread, read by any. The
 * gateways bound it: they refuse a tenant's deletions beyond a number a day.
 */
public final class Deletions {
    private final Map<TenantId, Map<String, Instant>> byTenant = new ConcurrentHashMap<>();

    /** Takes a deletion in; of two the later counts, in whatever order they come. */
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

    /** Whether a generation is deleted: made in this conversation, before its deletion. */
    public boolean cover(TenantId tenant, ConversationId conversation, GenerationId generation) {
        return deletedAt(tenant, conversation)
                .filter(at -> ConversationDeleted.covers(at, generation))
                .isPresent();
    }

    /** How many conversations of a tenant are in here. */
    public int count(TenantId tenant) {
        return byTenant.getOrDefault(tenant, Map.of()).size();
    }

    /** How many conversations are in here. */
    public int count() {
        return byTenant.values().stream().mapToInt(Map::size).sum();
    }

    /** Forgets what was deleted before this time. By the thread that adds. */
    void forgetBefore(Instant time) {
        byTenant.values().forEach(conversations -> conversations.values().removeIf(at -> at.isBefore(time)));
        byTenant.values().removeIf(Map::isEmpty);
    }
}
