package dev.parley.localstack.cli;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.stack.Fleet;
import dev.parley.localstack.stack.Replicas;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackLock;
import dev.parley.localstack.stack.StackPart;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.TakenPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code up}: starts what does not run yet. Detached, it returns when that is ready, or says what is not. In the
 * foreground it stays, and Ctrl-C stops what it has started.
 */
final class Up {
    private static final int OK = 0;
    private static final int FAILED = 1;

    /** Longer than another {@code up} takes. */
    private static final Duration WAIT_FOR_OTHER = Duration.ofMinutes(3);

    private final Checkout checkout;
    private final Map<String, String> environment;
    private final Console console;

    Up(Checkout checkout, Map<String, String> environment, Console console) {
        this.checkout = checkout;
        this.environment = environment;
        this.console = console;
    }

    /** How far it has come when others may start and stop processes again. */
    private sealed interface Outcome {
        record Ended(int status) implements Outcome {}

        /** It stays, with what it has started. */
        record Stays(ForegroundStack stack) implements Outcome {}
    }

    int run(boolean detach, Replicas replicas) {
        Outcome outcome = StackLock.holding(
                checkout.state(),
                WAIT_FOR_OTHER,
                () -> console.say("Waiting for another ./parley to finish ..."),
                () -> begin(detach, StackSettings.from(environment, replicas)));
        return switch (outcome) {
            case Outcome.Ended(int status) -> status;
            case Outcome.Stays(ForegroundStack stack) -> stack.watch();
        };
    }

    private Outcome begin(boolean detach, StackSettings settings) {
        long start = System.nanoTime();
        Workspace workspace = Workspace.in(checkout.state());
        StackFile file = StackFile.in(checkout.state());
        List<StackPart> planned = StackPlan.of(checkout, workspace, settings);
        List<RunningPart> running = file.alive();
        List<StackPart> missing = missing(planned, running);
        if (missing.isEmpty()) {
            return new Outcome.Ended(found(running, settings));
        }
        List<String> complaints = new ArrayList<>(moved(planned, running));
        complaints.addAll(TakenPorts.complaints(missing));
        if (!complaints.isEmpty()) {
            complaints.forEach(console::complain);
            return new Outcome.Ended(FAILED);
        }
        missing.forEach(part -> workspace.keepPreviousLog(part.name()));
        ForegroundStack stack = new ForegroundStack(new Fleet(missing), file, console);
        stack.stopAtExit();
        boolean ready = start(stack.fleet(), file, settings, running.isEmpty());
        boolean stay = !detach && running.isEmpty();
        if (!stay) {
            stack.leave();
        }
        if (!ready) {
            if (!stay) {
                console.complain("The rest runs on: ./parley ps shows it, ./parley down stops it.");
            }
            return new Outcome.Ended(FAILED);
        }
        console.say("\nParley is ready after " + Console.seconds(Duration.ofNanos(System.nanoTime() - start)) + ".");
        Welcome.show(console, file.parts(), settings, stay);
        return stay ? new Outcome.Stays(stack) : new Outcome.Ended(OK);
    }

    private static List<StackPart> missing(List<StackPart> planned, List<RunningPart> running) {
        var names = running.stream().map(RunningPart::partName).toList();
        return planned.stream().filter(part -> !names.contains(part.name())).toList();
    }

    private int found(List<RunningPart> running, StackSettings settings) {
        List<String> silent = running.stream()
                .filter(part -> !part.ready())
                .map(part ->
                        part.partName() + " runs (pid " + part.pid() + ") but is not ready; its log: " + part.log())
                .toList();
        if (!silent.isEmpty()) {
            silent.forEach(console::complain);
            return FAILED;
        }
        console.say("Parley runs already.");
        Welcome.show(console, running, settings, false);
        return OK;
    }

    /** New parts would look for the running ones in the wrong places. */
    private static List<String> moved(List<StackPart> planned, List<RunningPart> running) {
        List<String> complaints = new ArrayList<>();
        for (RunningPart part : running) {
            planned.stream()
                    .filter(plan -> plan.name().equals(part.partName()) && plan.port() != part.port())
                    .map(plan -> part.partName() + " runs on port " + part.port() + ", and is now wanted on "
                            + plan.port() + ": ./parley down, then ./parley up")
                    .forEach(complaints::add);
        }
        return complaints;
    }

    private static boolean lacksCache(StackPart part) {
        boolean service = !part.needs().isEmpty();
        return service
                && part.plan().command().stream()
                        .noneMatch(word -> word.startsWith("-XX:AOTCache=") || word.startsWith("-javaagent:"));
    }

    private boolean start(Fleet fleet, StackFile file, StackSettings settings, boolean all) {
        int count = fleet.plans().size();
        console.say((all ? "Starting " : "Parley runs in part. Starting ")
                + count
                + (count == 1 ? " process." : " processes.")
                + (fleet.plans().stream().anyMatch(Up::lacksCache)
                        ? " Services would be faster with AOT caches: ./parley train makes them."
                        : ""));
        Map<String, String> failures = fleet.start(
                fleet.plans(),
                KafkaPart.bootstrapServers(settings.ports().of(PortName.KAFKA)),
                new StartReport(file, console));
        failures.values().forEach(failure -> console.complain("\n" + failure));
        return failures.isEmpty();
    }
}
