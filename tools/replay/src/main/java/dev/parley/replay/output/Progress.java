package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A progress bar on a terminal, redrawn at most five times a second and erased when closed. */
public final class Progress implements AutoCloseable {
    private static final Duration REDRAW_INTERVAL = Duration.ofMillis(200);
    private static final int CELLS = 24;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream terminal;
    private final Clock clock;
    private final String topic;
    private final long offsets;
    private final Instant started;
    private Instant drawn = Instant.EPOCH;

    /**
     * A visible bar.
     *
     * @param offsets the number of offsets to read
     */
    public Progress(PrintStream terminal, Clock clock, String topic, long offsets) {
        this.terminal = terminal;
        this.clock = clock;
        this.topic = topic;
        this.offsets = offsets;
        this.started = clock.instant();
    }

    public static Progress hidden(Clock clock) {
        return new Progress(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8), clock, "", 0);
    }

    public void show(long read, long written) {
        Instant now = clock.instant();
        if (now.isAfter(drawn.plus(REDRAW_INTERVAL))) {
            drawn = now;
            terminal.print(ERASE + line(read, written, Duration.between(started, now)));
            terminal.flush();
        }
    }

    @Override
    public void close() {
        terminal.print(ERASE);
        terminal.flush();
    }

    private String line(long read, long written, Duration elapsed) {
        double share = offsets == 0 ? 1 : Math.min(1, (double) read / offsets);
        int full = (int) Math.round(share * CELLS);
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3.0f%%  %,d of %,d read, %,d written, %d s",
                topic,
                "#".repeat(full),
                "-".repeat(CELLS - full),
                share * 100,
                read,
                offsets,
                written,
                elapsed.toSeconds());
    }
}
