package dev.parley.contracts.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationIdTest {
    private static final Instant NOW = Instant.parse("2026-11-24T09:30:00.123Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 23, 255, 256, 1023})
    void containsThePartitionAndTheTime(int partition) {
        GenerationId id = GenerationId.unsigned(CLOCK, partition);
        assertThat(id.deltaPartition()).isEqualTo(partition);
        assertThat(id.madeAt()).isEqualTo(NOW);
        assertThat(id.value()).matches("gen_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}");
    }

    @ParameterizedTest
    @EnumSource
    void containsTheFormatOfTheAnswer(AnswerFormat format) {
        GenerationId id = GenerationId.unsigned(CLOCK, 1023, format);
        assertThat(id.format()).isEqualTo(format);
        assertThat(id.deltaPartition()).isEqualTo(1023);
    }

    @Test
    void fallsBackToMessagesForAnUnknownFormat() {
        assertThat(new GenerationId("gen_0199a1b2c3d47c05" + "8000000000000000").format())
                .isEqualTo(AnswerFormat.MESSAGES);
    }

    @Test
    void isUniqueWithinAMillisecond() {
        Set<GenerationId> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(GenerationId.unsigned(CLOCK, 7))).isTrue();
        }
    }

    @Test
    void rejectsAPartitionOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> GenerationId.unsigned(CLOCK, 1024));
    }
}
