package dev.parley.localstack.process;

import java.nio.file.Path;

/** A process could not be started, ended early, or did not become ready. The message shows the end of its log. */
public final class PartFailedException extends RuntimeException {
    private static final int LINES = 30;

    private final PartName name;

    PartFailedException(PartName name, String what, Path log) {
        super(name + " " + what + "\nThe end of " + log + ":\n"
                + LogEnd.of(log, LINES).indent(2).stripTrailing());
        this.name = name;
    }

    public PartName name() {
        return name;
    }
}
