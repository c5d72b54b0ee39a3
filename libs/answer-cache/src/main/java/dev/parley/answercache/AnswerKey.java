package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;

/** The key of an answer: the tenant and the fingerprint of the request. Tenants never share an answer. */
public record AnswerKey(TenantId tenant, Fingerprint fingerprint) {
    /** The key in Redis. The version of the encoding is in the entry: one of another version counts as missing. */
    public String redisKey() {
        return "parley:answer:v1:" + tenant.value() + ":" + fingerprint.value();
    }
}
