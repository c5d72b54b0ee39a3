package dev.parley.localstack.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Where a person reads: what was asked for on one stream, what went wrong on the other. */
public final class Console {
    private final PrintStream out;
    private final PrintStream err;

    public Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public void say(String line) {
        out.println(line);
    }

    /** Text without a new line, shown at once. */
    public void write(String text) {
        out.print(text);
        out.flush();
    }

    public void complain(String line) {
        err.println(line);
    }

    /** {@code 3.4 s}. */
    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
}
