package dev.parley.replay;

import java.time.Clock;

/** The command line's entry. */
public final class ReplayApplication {
    private ReplayApplication() {}

    public static void main(String[] arguments) {
        System.exit(
                ReplayCommand.commandLine(Clock.systemUTC(), System.getenv()).execute(arguments));
    }
}
