package dev.parley.benchmarks.contestant;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts what a scenario asks for, once, and ends all of it. Owned by the thread of the run. */
public final class Contestants implements AutoCloseable {
    private static final int INFERENCE_REPLICAS = 1;

    private final Path checkout;
    private final Path folder;
    private final Consumer<String> progress;
    private final Workspace workspace = Workspace.fresh("contestants");
    private final Map<Rival, Contestant> others = new EnumMap<>(Rival.class);
    private Optional<ParleyStack> stack = Optional.empty();
    private int starts;

    /**
     * None yet.
     *
     * @param folder where programs are installed, and stay
     */
    public Contestants(Path checkout, Path folder, Consumer<String> progress) {
        this.checkout = checkout;
        this.folder = folder;
        this.progress = progress;
    }

    /** How often Parley was started: what was warm before is not any more. */
    public int starts() {
        return starts;
    }

    /**
     * Parley, with the simulated Claude and the broker that others use as well. If a scenario has been the death of it, all
     * begin anew.
     */
    public ParleyStack stack() throws InterruptedException {
        if (stack.isPresent() && !stack.get().alive()) {
            progress.accept("A part of Parley has died");
            end();
        }
        if (stack.isEmpty()) {
            progress.accept("Starting Parley and the simulated Claude");
            stack = Optional.of(started(INFERENCE_REPLICAS));
        }
        return stack.get();
    }

    private ParleyStack started(int inferenceReplicas) throws InterruptedException {
        starts++;
        return ParleyStack.start(inferenceReplicas);
    }

    /** Ends all that runs, and starts Parley with so many replicas of inference-service: cold, and alone. */
    public ParleyStack restart(int inferenceReplicas) throws InterruptedException {
        end();
        progress.accept("Starting Parley with " + inferenceReplicas + " replicas of inference-service");
        ParleyStack started = started(inferenceReplicas);
        stack = Optional.of(started);
        return started;
    }

    public Contestant get(Rival rival) throws InterruptedException {
        return switch (rival) {
            case DIRECT -> stack().direct();
            case PARLEY -> stack().parley();
            case NGINX, PORTKEY, PREDECESSOR -> other(rival);
        };
    }

    private Contestant other(Rival rival) throws InterruptedException {
        Optional<Contestant> running = Optional.ofNullable(others.get(rival));
        if (running.isPresent()) {
            return running.get();
        }
        ParleyStack claude = stack();
        progress.accept("Starting " + rival.label());
        Contestant started = switch (rival) {
            case NGINX -> NginxProxy.start(workspace, claude.direct().target());
            case PORTKEY ->
                PortkeyGateway.start(
                        workspace, checkout, folder, claude.direct().target());
            case PREDECESSOR -> Predecessor.start(workspace, claude.stack());
            case DIRECT, PARLEY -> throw new IllegalArgumentException(rival + " is a part of the system");
        };
        others.put(rival, started);
        return started;
    }

    /** Of all processes that have been started but Claude's. */
    public List<Long> pids() {
        return Stream.concat(stack.stream().map(ParleyStack::parley), others.values().stream())
                .flatMap(contestant -> contestant.pids().stream())
                .toList();
    }

    private void end() {
        for (Contestant other : others.values()) {
            for (ManagedProcess part : other.parts()) {
                Programs.end(part);
            }
        }
        others.clear();
        stack.ifPresent(ParleyStack::close);
        stack = Optional.empty();
    }

    @Override
    public void close() {
        end();
        workspace.forgetData();
    }
}
