package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A wording within a partition: the SHA-256 of the normalised text, in hexadecimal. */
public record Wording(QuestionPartition partition, String sha256) {
    /** The wording with this normalised text. */
    public static Wording of(QuestionPartition partition, String normalised) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(normalised.getBytes(UTF_8));
            return new Wording(partition, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The key of its verdicts in Redis. */
    public String text() {
        return "parley:verdicts:v1:" + partition.tenant().value() + ":"
                + partition.same().value() + ":" + partition.model() + ":" + sha256;
    }
}
