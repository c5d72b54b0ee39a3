package dev.parley.experiment.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationId;
import java.math.BigDecimal;
import java.util.UUID;

/** Which generations belong to a share: always the same ones, and those of a smaller share are among those of a larger one. */
public final class MirrorSample {
    private static final int BITS = 53;

    private MirrorSample() {}

    public static boolean includes(GenerationId generation, BigDecimal share) {
        // A hash, because the bits of an id tell its time and its alias.
        long hash = UUID.nameUUIDFromBytes(("mirror/" + generation.value()).getBytes(UTF_8))
                .getMostSignificantBits();
        double number = (hash >>> (Long.SIZE - BITS)) * 0x1p-53;
        return number < share.doubleValue();
    }
}
