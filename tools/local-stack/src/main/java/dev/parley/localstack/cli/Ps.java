package dev.parley.localstack.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.parley.localstack.stack.StackFile;
import java.util.List;
import java.util.stream.Gatherers;
import picocli.CommandLine.ExitCode;

/** {@code ps}: the processes that {@code up} has started, and whether each is ready. */
record Ps(CommandContext context) {
    private static final String ROW = "%-20s %7s %9s %7s %12s  %-6s %s";

    /** A process, as {@code --json} shows it. */
    private record Row(@JsonUnwrapped StackFile.Entry entry, boolean ready) {
        @Override
        public String toString() {
            String management = entry.managementPort().isPresent()
                    ? Integer.toString(entry.managementPort().getAsInt())
                    : "-";
            return ROW.formatted(
                    entry.name(),
                    entry.replica(),
                    entry.pid(),
                    entry.port(),
                    management,
                    ready ? "yes" : "no",
                    entry.log());
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
        return entries.stream()
                .gather(Gatherers.mapConcurrent(Math.max(1, entries.size()), entry -> new Row(entry, entry.ready())))
                .toList();
    }
}
