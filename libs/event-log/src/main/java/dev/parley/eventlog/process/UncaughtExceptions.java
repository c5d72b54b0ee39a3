package dev.parley.eventlog.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exceptions that end a thread. */
public final class UncaughtExceptions {
    private static final Logger LOG = LoggerFactory.getLogger(UncaughtExceptions.class);

    private UncaughtExceptions() {}

    /** Has them logged as everything else is: as one JSON object; the JVM prints several plain lines. */
    public static void log() {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> LOG.error("The thread {} ended", thread.getName(), failure));
    }
}
