package dev.parley.replay;

import java.time.Clock;

/** The entry point of the command line. */
public final class ReplayApplication {
    private ReplayApplication() {}

    public static void main(String[] arguments) {
        System.exit(
                ReplayCommand.commandLine(Clock.systemUTC(), System.getenv()).execute(arguments));
    }
}
