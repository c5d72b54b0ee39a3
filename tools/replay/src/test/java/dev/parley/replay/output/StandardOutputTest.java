package dev.parley.replay.output;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    @Test
    void aReaderThatHasGoneIsNoFailure() {
        assertThatThrownBy(() -> write("Broken pipe")).isInstanceOf(ReaderGoneException.class);
    }

    @Test
    void aFullDiskIsOne() {
        assertThatThrownBy(() -> write("No space left on device"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(ReaderGoneException.class);
    }

    private static void write(String refusal) throws IOException {
        StandardOutput out = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(refusal);
            }
        });
        out.stream().write('x');
        out.complete();
    }
}
