package dev.parley.contracts.id;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The id of a generation: {@code gen_} and a UUIDv7 in 32 hexadecimal digits. It sorts by time and cannot be guessed. It
 * contains what a replica needs to resume the generation from the log alone: a signature of the tenant, the partition of
 * {@code chat.deltas}, the earliest time of its records, and the format of the answer.
 *
 * <p>The 12 bits after the time are the format (2) and the partition (10). The last 24 bits are a signature of the tenant
 * and of all bits before ({@link GenerationIds}), so an id is invalid for another tenant. Of the 38 bits between them, 35 are
 * random, and 3 tell the alias of a model that the request named.
 */
public record GenerationId(@JsonValue String value) {
    private static final String PREFIX = "gen_";
    private static final int LENGTH = PREFIX.length() + 32;
    private static final int PARTITION_BITS = 10;
    private static final int ALIAS_BYTE = 12;
    private static final int ALIAS_BITS = 3;
    private static final int ALIAS_MASK = (1 << ALIAS_BITS) - 1;
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

    /** A new unsigned id; the partition for the generation's records is from 0 to 1023. */
    public static GenerationId unsigned(Clock clock, int deltaPartition, AnswerFormat format) {
        if (deltaPartition < 0 || deltaPartition > PARTITION_MAX) {
            throw new IllegalArgumentException(
                    "the partition in a generation id is from 0 to " + PARTITION_MAX + ", not " + deltaPartition);
        }
        return of(Uuid7.next(clock, format.code() << PARTITION_BITS | deltaPartition));
    }

    static void mark(byte[] uuid, Optional<String> alias) {
        int mark = alias.map(GenerationId::mark).orElse(0);
        uuid[ALIAS_BYTE] = (byte) ((uuid[ALIAS_BYTE] & ~ALIAS_MASK) | mark);
    }

    /** From 1 to 7. Two aliases may have the same one. */
    private static int mark(String alias) {
        CRC32 checksum = new CRC32();
        checksum.update(alias.getBytes(UTF_8));
        return 1 + (int) (checksum.getValue() % ALIAS_MASK);
    }

    /**
     * Whether the request named this alias: false for sure if it named a model, and with a probability of 6 in 7 if it named
     * another alias.
     */
    public boolean isForAlias(String alias) {
        return (uuid()[ALIAS_BYTE] & ALIAS_MASK) == mark(alias);
    }

    static GenerationId of(byte[] uuid) {
        return new GenerationId(PREFIX + HexFormat.of().formatHex(uuid));
    }

    /** The partition of {@code chat.deltas} with the generation's records. */
    public int deltaPartition() {
        return Uuid7.randA(uuid()) & PARTITION_MAX;
    }

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
