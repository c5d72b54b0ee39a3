package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
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
    private final Progress progress = progress(true, 10_000);

    private Progress progress(boolean onTerminal, long all) {
        return new Progress(new PrintWriter(terminal, false, UTF_8), onTerminal, clock, "chat.turns", all);
    }

    private static void show(Progress progress, long done) {
        progress.show(done, all -> "%,d of %,d read".formatted(done, all));
    }

    @Test
    void showsTheShareThatIsRead() {
        now = now.plusSeconds(3);
        show(progress, 5_000);

        assertThat(terminal.toString(UTF_8))
                .isEqualTo("\r\u001b[Kchat.turns [############------------]  50%" + "  5,000 of 10,000 read, 3 s");
    }

    @Test
    void isRedrawnAtMostFiveTimesASecond() {
        show(progress, 1);
        int once = terminal.size();
        now = now.plus(Duration.ofMillis(150));
        show(progress, 2);
        assertThat(terminal.size()).isEqualTo(once);

        now = now.plus(Duration.ofMillis(100));
        show(progress, 3);
        assertThat(terminal.size()).isGreaterThan(once);
    }

    @Test
    void isErasedWhenClosed() {
        show(progress, 10);
        progress.close();

        assertThat(terminal.toString(UTF_8)).endsWith("\r\u001b[K");
    }

    @Test
    void isFullForAnEmptyTopic() {
        show(progress(true, 0), 0);

        assertThat(terminal.toString(UTF_8)).contains("100%");
    }

    @Test
    void isALineEveryTenSecondsInAFile() {
        Progress lines = progress(false, 10_000);
        show(lines, 1);
        now = now.plusSeconds(9);
        show(lines, 2);
        now = now.plusSeconds(2);
        show(lines, 3);
        lines.close();

        assertThat(terminal.toString(UTF_8).lines()).hasSize(2).noneMatch(line -> line.contains("\u001b"));
    }
}
