package dev.parley.contracts.id;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Names one generation: {@code gen_} and a UUIDv7 in 32 hexadecimal digits. Sorts by time, cannot be guessed, and tells
 * all that is needed to read the generation again: whose it is, in which partition of {@code chat.deltas} its pieces are,
 * not before which time, and in which format its client reads. So any replica finds them with nothing but the id and the
 * log.
 *
 * <p>The UUID's 12 bits after the time are the format (2) and the partition (10); the last 24 are a digest of the tenant
 * and of all bits before, so that an id means nothing to another tenant; 38 between them are random.
 */
public record GenerationId(@JsonValue String value) {
    private static final String PREFIX = "gen_";
    private static final int LENGTH = PREFIX.length() + 32;
    private static final int DIGEST_BYTES = 3;
    private static final int PARTITION_BITS = 10;
    private static final int PARTITION_MAX = (1 << PARTITION_BITS) - 1;

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if {@code value} is not of the form above
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public GenerationId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("a generation id looks like gen_ and 32 hexadecimal digits");
        }
    }

    /** By hand: it is asked for every delta, and a pattern takes several times as long. */
    private static boolean isWellFormed(String value) {
        if (value.length() != LENGTH || !value.startsWith(PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            char digit = value.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** A new one, of a client who reads Claude's own events. */
    public static GenerationId next(Clock clock, int deltaPartition, TenantId tenant) {
        return next(clock, deltaPartition, tenant, AnswerFormat.MESSAGES);
    }

    /**
     * A new one.
     *
     * @param deltaPartition where the pieces of the generation will be, from 0 to 1023
     */
    public static GenerationId next(Clock clock, int deltaPartition, TenantId tenant, AnswerFormat format) {
        if (deltaPartition < 0 || deltaPartition > PARTITION_MAX) {
            throw new IllegalArgumentException(
                    "a generation id carries a partition from 0 to " + PARTITION_MAX + ", not " + deltaPartition);
        }
        byte[] uuid = Uuid7.next(clock, format.code() << PARTITION_BITS | deltaPartition);
        System.arraycopy(digest(tenant, uuid), 0, uuid, uuid.length - DIGEST_BYTES, DIGEST_BYTES);
        return new GenerationId(PREFIX + HexFormat.of().formatHex(uuid));
    }

    /** Whether it was made for this tenant. */
    public boolean belongsTo(TenantId tenant) {
        byte[] uuid = uuid();
        return HexFormat.of()
                .formatHex(digest(tenant, uuid), 0, DIGEST_BYTES)
                .equals(value.substring(value.length() - 2 * DIGEST_BYTES));
    }

    /** The partition of {@code chat.deltas} that holds its pieces. */
    public int deltaPartition() {
        return Uuid7.carried(uuid()) & PARTITION_MAX;
    }

    /** What its client reads. */
    public AnswerFormat format() {
        return AnswerFormat.of(Uuid7.carried(uuid()) >>> PARTITION_BITS);
    }

    /** When it was made, by the clock of the gateway that made it; none of its pieces is older. */
    public Instant madeAt() {
        return Uuid7.time(uuid());
    }

    /**
     * Sorts after every id that was made up to a time, to the millisecond, and before every later one. Names no
     * generation.
     */
    public static GenerationId boundaryAfter(Instant time) {
        return new GenerationId(PREFIX + "%012x".formatted(time.toEpochMilli() + 1) + "0".repeat(20));
    }

    private byte[] uuid() {
        return HexFormat.of().parseHex(value, PREFIX.length(), value.length());
    }

    /** Of the tenant and all of the UUID but its last bytes. */
    private static byte[] digest(TenantId tenant, byte[] uuid) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(uuid, 0, uuid.length - DIGEST_BYTES);
            return sha256.digest(tenant.value().getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
