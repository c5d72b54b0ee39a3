package dev.parley.replay.output;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The standard streams of the process, which may be terminals. */
public enum Terminal {
    OUTPUT("1"),
    ERROR("2");

    private static final int TEST_SECONDS_MAX = 2;

    private final String descriptor;

    Terminal(String descriptor) {
        this.descriptor = descriptor;
    }

    /** With {@code test -t}, because the JVM only checks input and output together. */
    public boolean isTerminal() {
        try {
            Process test =
                    new ProcessBuilder("test", "-t", descriptor).inheritIO().start();
            return test.waitFor(TEST_SECONDS_MAX, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
