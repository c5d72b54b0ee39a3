package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;

/** Deletions for tests. */
final class Deleted {
    static final TenantId ACME = new TenantId("acme");
    static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private Deleted() {}

    static ConversationDeleted at(Instant time, String conversation) {
        return of(ACME, conversation, time);
    }

    static ConversationDeleted of(TenantId tenant, String conversation, Instant time) {
        return new ConversationDeleted(
                new RequestId("req_1"),
                tenant,
                new ConversationId(conversation),
                time,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }
}
