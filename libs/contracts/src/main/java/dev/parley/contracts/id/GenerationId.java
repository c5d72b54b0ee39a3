package dev.parley.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The id of a generation: {@code gen_} and a UUIDv7 in 32 hexadecimal digits. It sorts by time and cannot be guessed. It
 * contains what a replica needs to resume the generation from the log alone: a signature of the tenant, the partition of
 * {@code chat.deltas}, the earliest time of its records, and the format of the answer.
 *
 * <p>The 12 bits after the time are the format (2) and the partition (10). The last 24 bits are a signature of the tenant
 * and of all bits before ({@link GenerationIds}), so an id is invalid for another tenant. The 38 bits between them are
 * random.
 */
public record GenerationId(@JsonValue String value) {
    private static final String PREFIX = "gen_";
    private static final int LENGTH = PREFIX.length() + 32;
    private static final int PARTITION_BITS = 10;
    private static final int PARTITION_MAX = (1 << PARTITION_BITS) - 1;

    /** Throws an {@link IllegalArgumentException} if the value has another form. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public GenerationId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("a generation id is gen_ and 32 hexadecimal digits");
        }
    }

    /** Without a regular expression, which takes several times as long: ids are checked for every delta. */
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

    /** A new unsigned id of a generation in {@link AnswerFormat#MESSAGES}. No client can resume an unsigned generation. */
    public static GenerationId unsigned(Clock clock, int deltaPartition) {
        return unsigned(clock, deltaPartition, AnswerFormat.MESSAGES);
    }

    /**
     * A new unsigned id.
     *
     * @param deltaPartition the partition for the generation's records, from 0 to 1023
     */
    public static GenerationId unsigned(Clock clock, int deltaPartition, AnswerFormat format) {
        if (deltaPartition < 0 || deltaPartition > PARTITION_MAX) {
            throw new IllegalArgumentException(
                    "the partition in a generation id is from 0 to " + PARTITION_MAX + ", not " + deltaPartition);
        }
        return of(Uuid7.next(clock, format.code() << PARTITION_BITS | deltaPartition));
    }

    static GenerationId of(byte[] uuid) {
        return new GenerationId(PREFIX + HexFormat.of().formatHex(uuid));
    }

    /** The partition of {@code chat.deltas} with the generation's records. */
    public int deltaPartition() {
        return Uuid7.randA(uuid()) & PARTITION_MAX;
    }

    /** The format of the answer. */
    public AnswerFormat format() {
        return AnswerFormat.of(Uuid7.randA(uuid()) >>> PARTITION_BITS);
    }

    /** When the id was created, by the clock of the gateway; no record of the generation is older. */
    public Instant madeAt() {
        return Uuid7.time(uuid());
    }

    /**
     * The key that sorts after every id created up to a time, to the millisecond, and before every later one. Identifies no
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
