package dev.parley.localstack.cli;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.stack.StackFile;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import picocli.CommandLine.ExitCode;

/**
 * {@code down}: stops what {@code up} has started, the services before what they need.
 *
 * @param stopping waits until a process has ended; throws {@link IllegalStateException} if it survives
 */
record Down(CommandContext context, Consumer<OsProcess> stopping) {
    Down(CommandContext context) {
        this(context, process -> process.stop(OsProcess.STOP_WITHIN));
    }

    int run(boolean wipe) {
        return StackFile.locked(context.checkout().state(), context::sayWaiting, () -> stopAll(wipe));
    }

    /** The same for a command that holds the lock. */
    int stopAll(boolean wipe) {
        StackFile file = StackFile.in(context.checkout().state());
        List<StackFile.Entry> running = file.alive();
        if (running.isEmpty()) {
            context.say("Nothing runs.");
        }
        stop(running.stream().filter(StackFile.Entry::service).toList());
        stop(running.stream().filter(entry -> !entry.service()).toList());
        file.removeEnded();
        if (!file.entries().isEmpty()) {
            // It is still known to the next command, and may use the data.
            return ExitCode.SOFTWARE;
        }
        if (wipe) {
            Workspace.in(context.checkout().state()).forgetData();
            context.say("The data is deleted.");
        }
        return ExitCode.OK;
    }

    private void stop(List<StackFile.Entry> entries) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            entries.forEach(entry -> threads.execute(() -> stop(entry)));
        }
    }

    private void stop(StackFile.Entry entry) {
        long start = System.nanoTime();
        try {
            stopping.accept(entry.process());
        } catch (IllegalStateException e) {
            context.complain(String.format("  %-22s still runs: %s", entry.processName(), e.getMessage()));
            return;
        }
        context.say(String.format("  %-22s stopped %8s", entry.processName(), CommandContext.secondsSince(start)));
    }
}
