package dev.parley.localstack.cli;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Monitoring;
import dev.parley.localstack.servers.Prometheus;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.servers.Varnish;
import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.PortConflicts;
import dev.parley.localstack.stack.ReplicaLists;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Supervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ExitCode;

/**
 * {@code up}: starts the processes that do not run yet. Detached, it returns when they are ready, or reports those that
 * are not. In the foreground it waits, and Ctrl-C stops what it has started.
 */
final class Up {
    private final CommandContext context;
    private final Checkout checkout;
    private final StackSettings settings;

    /** What this command waits for after it has released the lock. */
    private volatile Optional<Supervisor> foreground = Optional.empty();

    /** Ctrl-C: what ends from then on has not failed. */
    private volatile boolean stopping;

    Up(CommandContext context, Map<Service, Integer> replicas, boolean edge, boolean monitoring) {
        this.context = context;
        this.checkout = context.checkout();
        this.settings = StackSettings.from(context.environment());
        replicas.forEach((service, count) -> settings.replicas(service.module(), count));
        if (edge) {
            settings.edge();
        }
        if (monitoring) {
            settings.monitoring(Monitoring.STANDARD);
        }
    }

    int run(boolean detach) {
        int status = StackFile.locked(checkout.state(), context::sayWaiting, () -> begin(detach));
        return foreground.isPresent() ? awaitEnd(foreground.get()) : status;
    }

    /** Waits until no process of this command runs. That is a failure, except after Ctrl-C and {@code down}. */
    int awaitEnd(Supervisor supervisor) {
        supervisor.awaitEnd(this::complainOfEnd);
        if (stopping || StackFile.locked(checkout.state(), context::sayWaiting, this::downCameFirst)) {
            return ExitCode.OK;
        }
        context.complain("All processes have ended by themselves.");
        return ExitCode.SOFTWARE;
    }

    /** It removes the processes that have ended from the file before it releases the lock. */
    private boolean downCameFirst() {
        return StackFile.in(checkout.state()).entries().stream().allMatch(StackFile.Entry::alive);
    }

    private void complainOfEnd(ManagedProcess process) {
        if (!stopping) {
            context.complain(process.name() + " has ended; its log: " + process.log());
        }
    }

    private int begin(boolean detach) {
        Workspace workspace = Workspace.in(checkout.state());
        StackFile file = StackFile.in(checkout.state());
        List<StackFile.Entry> running = file.alive();
        List<ProcessSpec> plan = new StackPlan(checkout, workspace, settings.keep(file.entries())).processes();
        List<ProcessSpec> missing = missing(plan, running);
        List<String> conflicts = otherClaude(plan, running);
        conflicts.addAll(earlierBuild(plan, running));
        if (missing.isEmpty() && conflicts.isEmpty()) {
            return report(running);
        }
        if (!running.isEmpty()) {
            conflicts.addAll(moved(plan, file.entries()));
            conflicts.addAll(unprepared(missing(plan, file.entries())));
        }
        conflicts.addAll(PortConflicts.of(missing));
        if (!conflicts.isEmpty()) {
            conflicts.forEach(context::complain);
            return ExitCode.SOFTWARE;
        }
        for (StackFile.Entry outdated : ReplicaLists.outdated(missing, file.entries())) {
            context.say("Restarting " + outdated.processName() + ", which has to list the new replicas.");
            outdated.process().stop(OsProcess.STOP_WITHIN);
        }
        List<ProcessSpec> toStart = missing(plan, file.alive());
        toStart.forEach(spec -> workspace.keepPreviousLog(spec.name()));
        return start(toStart, file, running.isEmpty(), !detach && running.isEmpty());
    }

    private static List<ProcessSpec> missing(List<ProcessSpec> plan, List<StackFile.Entry> present) {
        var names = present.stream().map(StackFile.Entry::processName).toList();
        return plan.stream().filter(spec -> !names.contains(spec.name())).toList();
    }

    /** For a system that runs already: its addresses if all of it is ready, else what is not. */
    private int report(List<StackFile.Entry> running) {
        List<StackFile.Entry> unready =
                running.stream().filter(entry -> !entry.ready()).toList();
        if (!unready.isEmpty()) {
            unready.forEach(entry -> context.complain(
                    entry.processName() + " runs (pid " + entry.pid() + ") but is not ready; its log: " + entry.log()));
            return ExitCode.SOFTWARE;
        }
        context.say("Parley runs already.");
        StartupMessage.print(context, running, settings.claude(), false);
        return ExitCode.OK;
    }

    /**
     * An error for each running process that calls another Claude than now wanted, or calls it with another key. It would go on
     * doing so, perhaps at a cost.
     */
    private static List<String> otherClaude(List<ProcessSpec> plan, List<StackFile.Entry> running) {
        List<String> conflicts = new ArrayList<>();
        Map<String, String> environment = plan.stream()
                .map(ProcessSpec::environment)
                .filter(variables -> ClaudeAddress.calledWith(variables).isPresent())
                .findFirst()
                .orElse(Map.of());
        String wanted = ClaudeAddress.calledWith(environment).orElse("none");
        for (StackFile.Entry entry : running) {
            String called = entry.claude().orElse(wanted);
            String wantedKey = ClaudeAddress.keyHash(environment, entry.started());
            String remedy = ": ./parley down, then ./parley up";
            if (!called.equals(wanted)) {
                conflicts.add(entry.processName() + " calls " + called + ", and is now to call " + wanted + remedy);
            } else if (!entry.claudeKey().orElse(wantedKey).equals(wantedKey)) {
                conflicts.add(entry.processName() + " calls " + called + " with another key" + remedy);
            }
        }
        return conflicts;
    }

    /** An error if processes run an earlier build: what is tried would not be the present code. */
    private static List<String> earlierBuild(List<ProcessSpec> plan, List<StackFile.Entry> running) {
        String names = running.stream()
                .filter(entry -> plan.stream().anyMatch(entry::outdated))
                .map(entry -> entry.processName().toString())
                .collect(joining(", "));
        return names.isEmpty()
                ? List.of()
                : List.of("an earlier build runs of " + names + ": ./parley down, then ./parley up");
    }

    /** An error for each process, never started before, that the running ones were not started for. */
    private static List<String> unprepared(List<ProcessSpec> added) {
        List<String> conflicts = new ArrayList<>();
        if (added.stream().anyMatch(spec -> spec.name().equals(Varnish.NAME))) {
            conflicts.add("the running cache-service does not purge Varnish: ./parley down, then ./parley up --edge");
        }
        if (added.stream().anyMatch(spec -> spec.name().equals(Prometheus.NAME))) {
            conflicts.add("the running broker exports no metrics: ./parley down, then ./parley up --monitoring");
        }
        return conflicts;
    }

    /** An error for each process that was started on another port than now planned: others would not find it. */
    private static List<String> moved(List<ProcessSpec> plan, List<StackFile.Entry> started) {
        return started.stream()
                .flatMap(entry -> plan.stream()
                        .filter(spec -> spec.name().equals(entry.processName()) && spec.port() != entry.port())
                        .map(spec -> entry.processName() + " was started on port " + entry.port()
                                + ", and is now wanted on " + spec.port() + ": ./parley down, then ./parley up"))
                .toList();
    }

    private int start(List<ProcessSpec> specs, StackFile file, boolean all, boolean stay) {
        long start = System.nanoTime();
        Supervisor supervisor = new Supervisor(specs, settings);
        Thread stop = new Thread(() -> stop(supervisor, foreground.isPresent()), "parley-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        context.say((all ? "Starting " : "Parley runs in part. Starting ")
                + specs.size()
                + (specs.size() == 1 ? " process." : " processes.")
                + (specs.stream().anyMatch(Up::lacksAotCache)
                        ? " Services would start faster with AOT caches: ./parley train makes them."
                        : ""));
        Map<String, String> failures = supervisor.start(
                (spec, process) -> file.add(StackFile.Entry.of(spec, process)),
                (step, took) -> context.say(String.format("  %-22s %8s", step, CommandContext.seconds(took))));
        failures.values().forEach(failure -> context.complain("\n" + failure));
        if (stopping || !(stay || removed(stop))) {
            return ExitCode.SOFTWARE;
        }
        if (!failures.isEmpty()) {
            if (!stay) {
                context.complain("The other processes still run: ./parley ps shows them, ./parley down stops them.");
            }
            return ExitCode.SOFTWARE;
        }
        context.say("\nParley is ready after " + CommandContext.secondsSince(start) + ".");
        StartupMessage.print(context, file.entries(), settings.claude(), stay);
        if (stay) {
            foreground = Optional.of(supervisor);
        }
        return ExitCode.OK;
    }

    /** Removes a hook, unless the JVM is ending and has run it. */
    private static boolean removed(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static boolean lacksAotCache(ProcessSpec spec) {
        return spec.managementPort().isPresent()
                && spec.command().stream()
                        .noneMatch(word -> word.startsWith("-XX:AOTCache=") || word.startsWith("-javaagent:"));
    }

    /**
     * Stops what this command has started; if it was in the foreground, also what others have added since. A command that still
     * starts processes holds the lock, and releases it when they have ended.
     */
    void stop(Supervisor supervisor, boolean inForeground) {
        stopping = true;
        if (inForeground) {
            StackFile.locked(checkout.state(), context::sayWaiting, () -> stopAll(supervisor));
            return;
        }
        context.say("\nStopping ...");
        supervisor.stop();
        StackFile.locked(checkout.state(), () -> {}, () -> {
            StackFile.in(checkout.state()).removeEnded();
            return ExitCode.OK;
        });
        context.say("Stopped.");
    }

    /** If all processes of this command have ended, those that run are of another system: {@code down} and {@code up} came first. */
    private int stopAll(Supervisor ofThis) {
        if (ofThis.processes().stream().noneMatch(ManagedProcess::alive)) {
            return ExitCode.OK;
        }
        context.say("\nStopping ...");
        int status = new Down(context).stopAll(false);
        if (status == ExitCode.OK) {
            context.say("Stopped.");
        }
        return status;
    }
}
