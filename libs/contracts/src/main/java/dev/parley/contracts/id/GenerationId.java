package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Names one generation: {@code gen_} and a UUIDv7 in 32 hexadecimal digits. Sorts by time, cannot be guessed, and tells
 * all that is needed to read the generation again: whose it is, in which partition of {@code chat.deltas} its pieces are,
 * not before which time, and in which format its client reads. So any replica finds them with nothing but the id and the
 * log.
 *
 * <p>The UUID's 12 bits after the time are the format (2) and the partition (10); the last 24 are a signature of
 * the tenant and of all bits before ({@link GenerationIds}), so that an id means nothing to another tenant; 38 between
 * them are random.
 */
public record GenerationId(@JsonValue String value) {
    private static final String PREFIX = "gen_";
    private static final int LENGTH = PREFIX.length() + 32;
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

    /** A new one that no gateway has signed, so no client can read it again: of a client who reads Claude's own events. */
    public static GenerationId unsigned(Clock clock, int deltaPartition) {
        return unsigned(clock, deltaPartition, AnswerFormat.MESSAGES);
    }

    /**
     * A new one that no gateway has signed.
     *
     * @param deltaPartition where the pieces of the generation will be, from 0 to 1023
     */
    public static GenerationId unsigned(Clock clock, int deltaPartition, AnswerFormat format) {
        if (deltaPartition < 0 || deltaPartition > PARTITION_MAX) {
            throw new IllegalArgumentException(
                    "a generation id carries a partition from 0 to " + PARTITION_MAX + ", not " + deltaPartition);
        }
        return of(Uuid7.next(clock, format.code() << PARTITION_BITS | deltaPartition));
    }

    static GenerationId of(byte[] uuid) {
        return new GenerationId(PREFIX + HexFormat.of().formatHex(uuid));
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

    byte[] uuid() {
        return HexFormat.of().parseHex(value, PREFIX.length(), value.length());
    }

    @Override
    public String toString() {
        return value;
    }
}
