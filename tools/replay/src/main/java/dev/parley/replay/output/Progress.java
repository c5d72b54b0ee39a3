package dev.parley.replay.output;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A line on a terminal that says how far the reading has come, redrawn at most five times a second. */
public final class Progress {
    private static final Duration REDRAWN_AFTER = Duration.ofMillis(200);
    private static final int CELLS = 24;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream terminal;
    private final boolean shown;
    private final Clock clock;
    private final String topic;
    private final Instant begun;
    private Instant drawn = Instant.EPOCH;

    private Progress(PrintStream terminal, boolean shown, Clock clock, String topic) {
        this.terminal = terminal;
        this.shown = shown;
        this.clock = clock;
        this.topic = topic;
        this.begun = clock.instant();
    }

    public static Progress on(PrintStream terminal, Clock clock, String topic) {
        return new Progress(terminal, true, clock, topic);
    }

    public static Progress hidden(Clock clock) {
        return new Progress(System.err, false, clock, "");
    }

    public void show(long read, long all, long written) {
        Instant now = clock.instant();
        if (shown && now.isAfter(drawn.plus(REDRAWN_AFTER))) {
            drawn = now;
            terminal.print(ERASE + line(read, all, written, Duration.between(begun, now)));
            terminal.flush();
        }
    }

    /** Takes the line away. */
    public void erase() {
        if (shown) {
            terminal.print(ERASE);
            terminal.flush();
        }
    }

    private String line(long read, long all, long written, Duration elapsed) {
        double share = all == 0 ? 1 : Math.min(1, (double) read / all);
        int full = (int) Math.round(share * CELLS);
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3.0f%%  %,d of %,d read, %,d written, %d s",
                topic,
                "#".repeat(full),
                "-".repeat(CELLS - full),
                share * 100,
                read,
                all,
                written,
                elapsed.toSeconds());
    }
}
