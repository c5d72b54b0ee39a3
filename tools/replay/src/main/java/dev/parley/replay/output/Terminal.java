package dev.parley.replay.output;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Checks whether a stream is a terminal, with {@code test -t}: the JVM only checks input and output together. */
public final class Terminal {
    private static final int SECONDS_MAX = 2;

    private Terminal() {}

    public static boolean isStandardOutput() {
        return isTerminal("1");
    }

    public static boolean isStandardError() {
        return isTerminal("2");
    }

    private static boolean isTerminal(String descriptor) {
        try {
            Process test =
                    new ProcessBuilder("test", "-t", descriptor).inheritIO().start();
            return test.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
