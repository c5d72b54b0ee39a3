package dev.parley.localstack.cli;

import dev.parley.localstack.stack.StackFile;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.ExitCode;

/** {@code ps}: the processes that {@code up} has started, and whether each is ready. */
final class Ps {
    private static final String ROW = "%-20s %7s %9s %7s %12s  %-6s %s";

    private final CommandContext context;

    Ps(CommandContext context) {
        this.context = context;
    }

    /** A process, as {@code --json} shows it. */
    private record Row(
            String name, int replica, long pid, int port, OptionalInt managementPort, String log, boolean ready) {
        static Row of(StackFile.Entry entry) {
            return new Row(
                    entry.name(),
                    entry.replica(),
                    entry.pid(),
                    entry.port(),
                    entry.managementPort(),
                    entry.log(),
                    entry.ready());
        }

        @Override
        public String toString() {
            String management = managementPort.isPresent() ? Integer.toString(managementPort.getAsInt()) : "-";
            return ROW.formatted(name, replica, pid, port, management, ready ? "yes" : "no", log);
        }
    }

    int run(boolean json) {
        List<Row> rows = rows(StackFile.in(context.checkout().state()).entries());
        if (json) {
            context.sayJson(rows);
        } else if (rows.isEmpty()) {
            context.say("Nothing runs. ./parley up starts it.");
        } else {
            context.say(ROW.formatted("NAME", "REPLICA", "PID", "PORT", "MANAGEMENT", "READY", "LOG"));
            rows.forEach(row -> context.say(row.toString()));
        }
        return ExitCode.OK;
    }

    /** Probes all of them at the same time: one that does not answer takes seconds. */
    private static List<Row> rows(List<StackFile.Entry> entries) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Row>> rows = entries.stream()
                    .map(entry -> CompletableFuture.supplyAsync(() -> Row.of(entry), threads))
                    .toList();
            return rows.stream().map(CompletableFuture::join).toList();
        }
    }
}
