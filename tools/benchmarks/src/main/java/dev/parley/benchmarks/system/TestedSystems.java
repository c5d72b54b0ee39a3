package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Starts each system when it is first used, and ends all of them. Owned by the thread of the run. */
public final class TestedSystems implements AutoCloseable {
    private final Path source;
    private final Path jvmOptions;
    private final Path folder;
    private final Consumer<String> progress;
    private final Workspace workspace = Workspace.fresh("benchmarks");
    private final Map<SystemName, TestedSystem> others = new EnumMap<>(SystemName.class);
    private Optional<ParleyStack> stack = Optional.empty();
    private final Set<SystemName> warm = EnumSet.noneOf(SystemName.class);

    /**
     * Starts nothing yet.
     *
     * @param folder where programs are installed, and stay
     */
    public TestedSystems(Path checkout, Path folder, Consumer<String> progress) {
        this.source = checkout.resolve("tools/benchmarks/systems");
        this.jvmOptions = checkout.resolve("gateway-service/src/main/jvm/jvm.options");
        this.folder = folder;
        this.progress = progress;
    }

    /** Marks a system as warm, and returns whether it was cold. */
    public boolean markWarm(SystemName name) {
        return warm.add(name);
    }

    /** Parley, with the simulated Claude and the broker that the others use as well. */
    public ParleyStack stack() {
        if (stack.isEmpty()) {
            progress.accept("Starting Parley and the simulated Claude");
            stack = Optional.of(ParleyStack.start());
        }
        return stack.get();
    }

    public TestedSystem get(SystemName name) {
        Endpoint claude = stack().direct().endpoint();
        return switch (name) {
            case DIRECT -> stack().direct();
            case PARLEY -> stack().parley();
            case NGINX -> other(name, () -> NginxProxy.start(workspace, source, claude));
            case PASS_THROUGH -> other(name, () -> PassThrough.start(workspace, jvmOptions, claude));
            case PORTKEY -> other(name, () -> PortkeyGateway.start(workspace, source, folder, claude));
            case FORMER_ENDPOINT -> other(name, () -> FormerEndpoint.start(claude));
        };
    }

    /** One of the systems beside Parley. */
    TestedSystem other(SystemName name, Supplier<TestedSystem> start) {
        return others.computeIfAbsent(name, _ -> {
            progress.accept("Starting " + name.label());
            return start.get();
        });
    }

    /** The processes of all systems that have been started, without Claude's. */
    public List<Long> pids() {
        return Stream.concat(stack.stream().map(ParleyStack::parley), others.values().stream())
                .flatMap(system -> system.pids().stream())
                .toList();
    }

    /**
     * Ends all systems if a process of them has ended by itself, so that their next use starts them again.
     *
     * @return a message about each such process, with the end of its log
     */
    public List<String> endIfBroken() {
        List<String> failures = Stream.concat(
                        stack.stream().map(system -> system.local().processes()),
                        others.values().stream().map(TestedSystem::processes))
                .flatMap(List::stream)
                .flatMap(process -> process.failure().stream())
                .toList();
        if (!failures.isEmpty()) {
            end();
        }
        return failures;
    }

    private void end() {
        others.values().forEach(other -> other.processes().forEach(ManagedProcess::stop));
        others.clear();
        stack.ifPresent(system -> system.local().close());
        stack = Optional.empty();
        warm.clear();
    }

    @Override
    public void close() {
        end();
        workspace.forgetData();
    }
}
