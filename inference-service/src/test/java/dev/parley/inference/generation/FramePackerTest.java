package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramePackerTest {
    @Property
    void keepsAllBytesAndSplitsAfterEventsIntoFullPieces(
            @ForAll @Size(min = 1, max = 40) List<@AlphaChars @StringLength(max = 30) @NotEmpty String> events,
            @ForAll @IntRange(min = 1, max = 200) int bytesMax) {
        byte[] frames = events.stream()
                .map(event -> event + "\n\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
        List<byte[]> pieces = FramePacker.pack(frames, bytesMax);

        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        pieces.forEach(joined::writeBytes);
        assertThat(joined.toByteArray()).isEqualTo(frames);
        for (int i = 0; i < pieces.size(); i++) {
            String piece = new String(pieces.get(i), UTF_8);
            assertThat(piece).endsWith("\n\n");
            if (piece.length() > bytesMax) {
                assertThat(piece.indexOf("\n\n")).isEqualTo(piece.length() - 2);
            }
            if (i + 1 < pieces.size()) {
                String next = new String(pieces.get(i + 1), UTF_8);
                assertThat(piece.length() + next.indexOf("\n\n") + 2).isGreaterThan(bytesMax);
            }
        }
    }

    @Test
    void doesNotSplitAShortAnswer() {
        byte[] frames = "data: a\n\ndata: b\n\n".getBytes(UTF_8);
        assertThat(FramePacker.pack(frames, frames.length)).containsExactly(frames);
    }

    @ParameterizedTest
    @CsvSource({
        "'id: 5-1.0|event: a|data: {}||id: 5-1.1|event: b|data: x||', 'event: a|data: {}||event: b|data: x||'",
        "'event: a|data: id: 5-1.0||', 'event: a|data: id: 5-1.0||'",
        "'', ''",
    })
    void removesTheIdsOfThePublishedGeneration(String frames, String expected) {
        byte[] without = FramePacker.withoutIds(frames.replace('|', '\n').getBytes(UTF_8));

        assertThat(new String(without, UTF_8)).isEqualTo(expected.replace('|', '\n'));
    }
}
