package dev.parley.localstack.cli;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackFile;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** {@code ps}: what {@code up} has started, and what has become of it. */
final class Ps {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private static final String ROW = "%-20s %7s %9s %7s %12s  %-6s %s";

    private final Checkout checkout;
    private final Console console;

    /**
     * One process.
     *
     * @param managementPort none for what is not ours
     */
    record Entry(String name, int replica, long pid, int port, OptionalInt managementPort, String log, boolean ready) {
        static Entry of(RunningPart part) {
            return new Entry(
                    part.name(),
                    part.replica(),
                    part.pid(),
                    part.port(),
                    part.managementPort(),
                    part.log(),
                    part.ready());
        }
    }

    Ps(Checkout checkout, Console console) {
        this.checkout = checkout;
        this.console = console;
    }

    int run(boolean json) {
        List<Entry> entries = entries(StackFile.in(checkout.state()).parts());
        if (json) {
            console.say(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(entries));
        } else if (entries.isEmpty()) {
            console.say("Nothing runs. ./parley up starts it.");
        } else {
            console.say(String.format(ROW, "NAME", "REPLICA", "PID", "PORT", "MANAGEMENT", "READY", "LOG"));
            entries.forEach(entry -> console.say(row(entry)));
        }
        return 0;
    }

    private static String row(Entry entry) {
        String managementPort = entry.managementPort().isPresent()
                ? Integer.toString(entry.managementPort().getAsInt())
                : "-";
        return String.format(
                ROW,
                entry.name(),
                entry.replica(),
                entry.pid(),
                entry.port(),
                managementPort,
                entry.ready() ? "yes" : "no",
                entry.log());
    }

    /** Asks all of them at the same time: one that does not answer takes seconds. */
    private static List<Entry> entries(List<RunningPart> parts) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Entry>> questions = parts.stream()
                    .<Callable<Entry>>map(part -> () -> Entry.of(part))
                    .toList();
            return threads.invokeAll(questions).stream().map(Future::resultNow).toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
