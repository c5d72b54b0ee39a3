package dev.parley.answercache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The command, without Redis. */
class CacheInspectionTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tellsRedisThatDoesNotRespondFromNothingCachedAndFromWrongUsage() {
        int status = CacheInspection.run(
                Map.of("PARLEY_REDIS_URL", "redis://127.0.0.1:1"),
                new GenerationId("gen_019ab5365fc07a3e9c41d2b7f08e6a15"),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        assertThat(status).isEqualTo(3);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8)).contains("127.0.0.1:1").contains(" cannot be read: ");
    }
}
