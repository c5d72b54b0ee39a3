package dev.parley.answercache;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.Fingerprint;

/** A wording within a partition: the SHA-256 of the normalised text with its signs and capitals, in hexadecimal. */
public record Wording(QuestionPartition partition, String sha256) {
    public static Wording of(QuestionPartition partition, String text) {
        return new Wording(partition, Sha256.of(text));
    }

    /** The key in Redis of the answers that a judge has permitted for it. */
    public String aliasesKey() {
        return "parley:aliases:v1:" + partition.name() + ":" + sha256;
    }

    /** The key of an answer that may serve it. */
    public AnswerKey answer(Fingerprint fingerprint) {
        return new AnswerKey(partition.tenant(), fingerprint);
    }
}
