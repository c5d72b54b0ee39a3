package dev.parley.contracts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GzipTest {
    private static final byte[] BYTES = "aaaaaaaaaaaaaaaaaaaa".getBytes(US_ASCII);

    @Test
    void unpacksWhatItHasPacked() {
        assertThat(Gzip.unpack(Gzip.pack(BYTES), BYTES.length)).hasValue(BYTES);
        assertThat(Gzip.unpack(Gzip.pack(new byte[0]), 0)).hasValue(new byte[0]);
    }

    @Test
    void unpacksNoMoreThanAllowed() {
        assertThat(Gzip.unpack(Gzip.pack(BYTES), BYTES.length - 1)).isEmpty();
    }

    @Test
    void refusesWhatIsNotGzip() {
        assertThat(Gzip.unpack(BYTES, 100)).isEmpty();
        assertThat(Gzip.unpack(new byte[0], 100)).isEmpty();
    }
}
