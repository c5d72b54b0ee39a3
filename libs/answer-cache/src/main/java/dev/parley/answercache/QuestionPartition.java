package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;

/**
 * The questions among which a similar one is looked for. Tenants never share a partition, nor do requests that differ in more than
 * the question, nor vectors of different models.
 *
 * @param same the fingerprint of everything but the question
 * @param model names what computed the vectors
 */
public record QuestionPartition(TenantId tenant, Fingerprint same, String model) {
    public String redisKey() {
        return "parley:questions:v1:" + name();
    }

    public String name() {
        return tenant.value() + ":" + same.value() + ":" + model;
    }
}
