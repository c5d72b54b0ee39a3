package dev.parley.localstack.stack;

import dev.parley.localstack.process.OsProcess;
import java.time.Duration;

/** Told about a start as it happens, from several threads. */
public interface Progress {
    /** For those who only want to know how it ended. */
    Progress SILENT = new Progress() {
        @Override
        public void started(StackPart part, OsProcess process) {}

        @Override
        public void ready(String what, Duration took) {}
    };

    void started(StackPart part, OsProcess process);

    /**
     * Something is ready.
     *
     * @param what the name of a part, or {@value StackPart#TOPICS}
     */
    void ready(String what, Duration took);
}
