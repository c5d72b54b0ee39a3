package dev.parley.localstack.cli;

import dev.parley.localstack.stack.StackFile;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ps}: the processes that {@code up} has started, and whether each is ready. */
final class Ps {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROW = "%-20s %7s %9s %7s %12s  %-6s %s";

    private final CommandContext context;

    Ps(CommandContext context) {
        this.context = context;
    }

    int run(boolean json) {
        List<ObjectNode> processes =
                processes(StackFile.in(context.checkout().state()).entries());
        if (json) {
            context.say(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(processes));
        } else if (processes.isEmpty()) {
            context.say("Nothing runs. ./parley up starts it.");
        } else {
            context.say(String.format(ROW, "NAME", "REPLICA", "PID", "PORT", "MANAGEMENT", "READY", "LOG"));
            processes.forEach(process -> context.say(row(process)));
        }
        return 0;
    }

    private static String row(ObjectNode process) {
        return String.format(
                ROW,
                process.path("name").asString(),
                process.path("replica").asString(),
                process.path("pid").asString(),
                process.path("port").asString(),
                process.hasNonNull("management_port")
                        ? process.path("management_port").asString()
                        : "-",
                process.path("ready").asBoolean() ? "yes" : "no",
                process.path("log").asString());
    }

    /** Probes all of them at the same time: one that does not answer takes seconds. */
    private static List<ObjectNode> processes(List<StackFile.Entry> entries) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ObjectNode>> probes = entries.stream()
                    .<Callable<ObjectNode>>map(entry -> () -> describe(entry))
                    .toList();
            return threads.invokeAll(probes).stream().map(Future::resultNow).toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static ObjectNode describe(StackFile.Entry entry) {
        ObjectNode process = JSON.createObjectNode()
                .put("name", entry.name())
                .put("replica", entry.replica())
                .put("pid", entry.pid())
                .put("port", entry.port())
                .putNull("management_port");
        entry.managementPort().ifPresent(port -> process.put("management_port", port));
        return process.put("log", entry.log()).put("ready", entry.ready());
    }
}
