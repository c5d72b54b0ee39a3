package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final Progress progress = new Progress(new PrintStream(terminal, true, UTF_8), clock, "chat.turns", 10_000);

    @Test
    void showsTheShareThatIsRead() {
        now = now.plusSeconds(3);
        progress.show(5_000, 12);

        assertThat(terminal.toString(UTF_8))
                .isEqualTo("\r\u001b[Kchat.turns [############------------]  50%"
                        + "  5,000 of 10,000 read, 12 written, 3 s");
    }

    @Test
    void isRedrawnAtMostFiveTimesASecond() {
        progress.show(1, 0);
        int once = terminal.size();
        now = now.plus(Duration.ofMillis(150));
        progress.show(2, 0);
        assertThat(terminal.size()).isEqualTo(once);

        now = now.plus(Duration.ofMillis(100));
        progress.show(3, 0);
        assertThat(terminal.size()).isGreaterThan(once);
    }

    @Test
    void isErasedWhenClosed() {
        progress.show(10, 1);
        progress.close();

        assertThat(terminal.toString(UTF_8)).endsWith("\r\u001b[K");
    }

    @Test
    void isFullForAnEmptyTopic() {
        new Progress(new PrintStream(terminal, true, UTF_8), clock, "chat.turns", 0).show(0, 0);

        assertThat(terminal.toString(UTF_8)).contains("100%");
    }
}
