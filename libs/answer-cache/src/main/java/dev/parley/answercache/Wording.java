package dev.parley.answercache;

import dev.parley.contracts.Sha256;

/** A wording within a partition: the SHA-256 of the normalised text, in hexadecimal. */
public record Wording(QuestionPartition partition, String sha256) {
    /** The wording with this normalised text. */
    public static Wording of(QuestionPartition partition, String normalised) {
        return new Wording(partition, Sha256.of(normalised));
    }

    /** The key of its verdicts in Redis. */
    public String text() {
        return "parley:verdicts:v1:" + partition.tenant().value() + ":"
                + partition.same().value() + ":" + partition.model() + ":" + sha256;
    }
}
