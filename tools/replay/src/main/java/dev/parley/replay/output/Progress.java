package dev.parley.replay.output;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * The progress of a command: on a terminal a bar, redrawn at most five times a second and erased when closed; otherwise a
 * line every ten seconds. Thread-safe.
 */
public final class Progress implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final int CELLS = 24;
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private final Clock clock;
    private final String name;
    private final long all;
    private final Instant started;
    private Instant drawn = Instant.EPOCH;

    /**
     * A visible progress.
     *
     * @param all of what is counted
     */
    public Progress(PrintWriter out, boolean terminal, Clock clock, String name, long all) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.name = name;
        this.all = all;
        this.started = clock.instant();
    }

    public static Progress hidden() {
        return new Progress(new PrintWriter(Writer.nullWriter()), true, Clock.systemUTC(), "", 0);
    }

    /**
     * Shows how much is done.
     *
     * @param counts describes it, given how much is to be done
     */
    public synchronized void show(long done, LongFunction<String> counts) {
        Instant now = clock.instant();
        if (drawn.isBefore(now.minus(terminal ? REDRAW : BETWEEN_LINES)) || done == all) {
            drawn = now;
            String line = bar(done) + counts.apply(all) + ", "
                    + Duration.between(started, now).toSeconds() + " s";
            out.print(terminal ? ERASE + line : line + System.lineSeparator());
            out.flush();
        }
    }

    private String bar(long done) {
        double share = all == 0 ? 1 : Math.min(1, (double) done / all);
        int full = (int) Math.round(share * CELLS);
        return String.format(
                Locale.ROOT, "%s [%s%s] %3.0f%%  ", name, "#".repeat(full), "-".repeat(CELLS - full), share * 100);
    }

    @Override
    public synchronized void close() {
        if (terminal) {
            out.print(ERASE);
            out.flush();
        }
    }
}
