package dev.parley.localstack.stack;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.Part;
import dev.parley.localstack.process.PartName;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The processes of one system, started and stopped together. */
public final class Fleet {
    private final Map<PartName, StackPart> plans = new LinkedHashMap<>();
    private final Map<PartName, Part> parts = new LinkedHashMap<>();

    /** Guarded by this. No process starts once the fleet is being stopped. */
    private boolean stopping;

    public Fleet(List<StackPart> plans) {
        for (StackPart plan : plans) {
            this.plans.put(plan.name(), plan);
            parts.put(plan.name(), new Part(plan.plan()));
        }
    }

    public Collection<StackPart> plans() {
        return List.copyOf(plans.values());
    }

    public Optional<Part> part(PartName name) {
        return Optional.ofNullable(parts.get(name));
    }

    Part existing(PartName name) {
        return part(name).orElseThrow(() -> new IllegalArgumentException("there is no " + name));
    }

    public Collection<Part> parts() {
        return List.copyOf(parts.values());
    }

    /**
     * Starts these parts of it, each as soon as what it needs is ready, and makes the topics.
     *
     * @return what went wrong, by the name of what is not ready; nothing if all is
     */
    public Map<String, String> start(Collection<StackPart> some, String bootstrapServers, Progress progress) {
        return StartUp.run(this, some, bootstrapServers, progress);
    }

    /** Starts one process, unless the fleet is being stopped. */
    synchronized OsProcess launch(PartName name) {
        if (stopping) {
            throw new IllegalStateException(name + " is not started: the system is being stopped");
        }
        return existing(name).launch();
    }

    /** Asks the services to end and then what they need, and waits for each. */
    public void stop() {
        stop(Part::stop);
    }

    /** The same, with another patience for each service. */
    void stop(Duration within) {
        stop(service -> service.stop(within));
    }

    private void stop(Consumer<Part> stoppingServices) {
        synchronized (this) {
            stopping = true;
        }
        eachOf(true, stoppingServices);
        eachOf(false, Part::stop);
    }

    /** Ends everything on the spot. */
    public void crash() {
        synchronized (this) {
            stopping = true;
        }
        parts.values().forEach(Part::crash);
    }

    private void eachOf(boolean needy, Consumer<Part> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (StackPart plan : plans.values()) {
                if (needy != plan.needs().isEmpty()) {
                    threads.execute(() -> action.accept(existing(plan.name())));
                }
            }
        }
    }
}
