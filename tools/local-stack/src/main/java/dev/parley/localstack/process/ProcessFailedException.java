package dev.parley.localstack.process;

import java.nio.file.Path;

/** A process could not be started, ended early, or did not become ready. The message shows the end of its log. */
public final class ProcessFailedException extends RuntimeException {
    private static final int LINES = 30;

    ProcessFailedException(ProcessName name, String what, Path log) {
        super(name + " " + what + "\nThe end of " + log + ":\n"
                + LogExcerpt.of(log, LINES).indent(2).stripTrailing());
    }
}
