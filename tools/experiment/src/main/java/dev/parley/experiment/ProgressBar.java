package dev.parley.experiment;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The progress of an experiment: on a terminal a bar, otherwise a line every ten seconds. Thread-safe. */
final class ProgressBar implements AutoCloseable {
    private static final int CELLS = 24;
    private static final String ERASE = "\r\u001b[K";
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintWriter out;
    private final boolean terminal;
    private final String experiment;
    private final long trials;
    private final Clock clock;
    private final Instant started;
    private Instant drawn = Instant.MIN;

    ProgressBar(PrintWriter out, boolean terminal, String experiment, long trials, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.experiment = experiment;
        this.trials = trials;
        this.clock = clock;
        this.started = clock.instant();
    }

    /**
     * Shows the progress.
     *
     * @param done trials of this and earlier runs
     * @param failed those of them without a comparison
     * @param spent in US dollars, by this and earlier runs
     */
    synchronized void show(long done, long failed, BigDecimal spent) {
        Instant now = clock.instant();
        if (drawn.isBefore(now.minus(terminal ? REDRAW : BETWEEN_LINES)) || done == trials) {
            drawn = now;
            String line = line(done, failed, spent, Duration.between(started, now));
            if (terminal) {
                out.print(ERASE + line);
            } else {
                out.println(line);
            }
            out.flush();
        }
    }

    private String line(long done, long failed, BigDecimal spent, Duration elapsed) {
        double share = trials == 0 ? 1 : (double) done / trials;
        int full = (int) Math.round(share * CELLS);
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3.0f%%  %,d of %,d trials, %,d failed, USD %.4f, %d s",
                experiment,
                "#".repeat(full),
                "-".repeat(CELLS - full),
                share * 100,
                done,
                trials,
                failed,
                spent,
                elapsed.toSeconds());
    }

    @Override
    public synchronized void close() {
        if (terminal) {
            out.println();
            out.flush();
        }
    }
}
