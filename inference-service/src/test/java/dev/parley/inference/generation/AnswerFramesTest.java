package dev.parley.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.Gzip;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFramesTest {
    private final AnswerFrames frames = new AnswerFrames();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final Random random = new Random(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1_023, 1_024, 1_025, 5_000})
    void keepsAllEvents(int longest) {
        for (int i = 0; i < 50; i++) {
            add(random.nextInt(longest + 1));
        }
        add(longest);
        assertThatAllIsKept();
        frames.keepGzipped(Gzip.pack(expected.toByteArray()));
        assertThat(frames.size()).isEqualTo(expected.size());
        assertThatAllIsKept();
        add(longest);
        assertThatAllIsKept();
    }

    private void add(int length) {
        byte[] event = new byte[length];
        random.nextBytes(event);
        frames.add(event);
        expected.writeBytes(event);
    }

    private void assertThatAllIsKept() {
        byte[] all = expected.toByteArray();
        assertThat(frames.size()).isEqualTo(all.length);
        assertThat(frames.copy(0, all.length)).isEqualTo(all);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(all.length + 1);
            int to = random.nextInt(from, all.length + 1);
            assertThat(frames.copy(from, to)).isEqualTo(Arrays.copyOfRange(all, from, to));
        }
    }
}
