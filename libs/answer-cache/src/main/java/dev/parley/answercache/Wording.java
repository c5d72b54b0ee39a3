package dev.parley.answercache;

import dev.parley.contracts.Sha256;

/** A wording within a partition: the SHA-256 of the normalised text with its signs and capitals, in hexadecimal. */
public record Wording(QuestionPartition partition, String sha256) {
    public static Wording of(QuestionPartition partition, String text) {
        return new Wording(partition, Sha256.of(text));
    }

    /** The key in Redis of the answers that do not serve it. */
    public String vetoesText() {
        return text("parley:vetoes:v1:");
    }

    /** The key in Redis of the answers that a judge has permitted for it. */
    public String aliasesText() {
        return text("parley:aliases:v1:");
    }

    private String text(String prefix) {
        return prefix + partition.name() + ":" + sha256;
    }
}
