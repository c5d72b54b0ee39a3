package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;

/** Names an answer: what was asked, and on whose behalf. Tenants never share an answer. */
public record AnswerKey(TenantId tenant, Fingerprint fingerprint) {
    /** The key in the store. Its version changes with the form of the entries, so that old and new replicas can run side by side. */
    public String text() {
        return "parley:answer:v1:" + tenant.value() + ":" + fingerprint.value();
    }
}
