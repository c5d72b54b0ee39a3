package dev.parley.benchmarks.system;

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

    /** Marks a system as warm, and returns whether it was cold; after a restart of Parley all are cold. */
    public boolean markWarm(SystemName name) {
        return warm.add(name);
    }

    /**
     * Parley, with the simulated Claude and the broker that the others use as well. If one of its processes has died, all
     * systems are started again.
     */
    public ParleyStack stack() {
        if (stack.isPresent() && !stack.get().alive()) {
            progress.accept("A process of Parley has died");
            end();
        }
        if (stack.isEmpty()) {
            progress.accept("Starting Parley and the simulated Claude");
            stack = Optional.of(ParleyStack.start());
        }
        return stack.get();
    }

    public TestedSystem get(SystemName name) {
        ParleyStack parley = stack();
        return switch (name) {
            case DIRECT -> parley.direct();
            case PARLEY -> parley.parley();
            case NGINX, PASS_THROUGH, PORTKEY, FORMER_ENDPOINT -> {
                TestedSystem running = others.get(name);
                if (running == null) {
                    progress.accept("Starting " + name.label());
                    running = start(name, parley.direct());
                    others.put(name, running);
                }
                yield running;
            }
        };
    }

    private TestedSystem start(SystemName name, TestedSystem claude) {
        return switch (name) {
            case NGINX -> NginxProxy.start(workspace, source, claude.endpoint());
            case PASS_THROUGH -> PassThrough.start(workspace, jvmOptions, claude.endpoint());
            case PORTKEY -> PortkeyGateway.start(workspace, source, folder, claude.endpoint());
            case FORMER_ENDPOINT -> FormerEndpoint.start(claude.endpoint());
            case DIRECT, PARLEY -> throw new IllegalArgumentException(name + " is started with the stack");
        };
    }

    /** The processes of all systems that have been started, without Claude's. */
    public List<Long> pids() {
        return Stream.concat(stack.stream().map(ParleyStack::parley), others.values().stream())
                .flatMap(system -> system.pids().stream())
                .toList();
    }

    private void end() {
        others.values().forEach(other -> other.processes().forEach(ManagedProcess::stop));
        others.clear();
        warm.clear();
        stack.ifPresent(ParleyStack::close);
        stack = Optional.empty();
    }

    @Override
    public void close() {
        end();
        workspace.forgetData();
    }
}
