package dev.parley.localstack.cli;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.stack.Progress;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackPart;
import java.time.Duration;

/** Writes down what was started, and says what is ready after how long. */
final class StartReport implements Progress {
    private final StackFile file;
    private final Console console;

    StartReport(StackFile file, Console console) {
        this.file = file;
        this.console = console;
    }

    @Override
    public void started(StackPart part, OsProcess process) {
        file.add(RunningPart.of(part, process));
    }

    @Override
    public void ready(String what, Duration took) {
        console.say(String.format("  %-22s %8s", what, Console.seconds(took)));
    }
}
