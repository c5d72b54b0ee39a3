package dev.parley.inference.generation.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GenerationLogTest {
    private static final int MEMORY_BYTES = 1_000;

    private final RecoveryMemory memory = new RecoveryMemory(MEMORY_BYTES);

    /** Its partition may have no leader, and others wait for the memory. */
    @Test
    void givesBackTheMemoryForEventsThatAreNotReadYet() {
        Frames event = new Frames(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                1,
                0,
                CacheVerdict.MISS,
                ("data: " + "x".repeat(MEMORY_BYTES / 2) + "\n\n").getBytes(UTF_8),
                false);
        GenerationLog first = log();
        first.add(event, Instant.EPOCH);
        first.evict();
        GenerationLog again = first.again().orElseThrow();
        assertThat(memory.hasRoom(MEMORY_BYTES / 2)).isFalse();

        again.evict();
        assertThat(memory.hasRoom(MEMORY_BYTES)).isTrue();

        again.add(event, Instant.EPOCH);
        assertThat(again.frames()).isEmpty();
        GenerationLog last = again.again().orElseThrow();
        assertThat(memory.hasRoom(MEMORY_BYTES / 2)).isFalse();
        last.add(event, Instant.EPOCH);
        assertThat(last.frames()).hasSize(1);
    }

    /** It would be read again without end. */
    @Test
    void evictsNoLogWithoutMemory() {
        GenerationLog empty = log();
        empty.evict();
        assertThat(empty.isEvicted()).isFalse();
    }

    private GenerationLog log() {
        return new GenerationLog(10 * MEMORY_BYTES, memory);
    }
}
