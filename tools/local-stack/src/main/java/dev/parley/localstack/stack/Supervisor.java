package dev.parley.localstack.stack;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Kafka;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Starts the processes of a plan in the order of their needs, watches them, and stops them. */
public final class Supervisor {
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);
    private static final Duration TOPICS_WITHIN = Duration.ofSeconds(60);

    private final String bootstrapServers;
    private final Map<ProcessName, ManagedProcess> processes = new LinkedHashMap<>();

    /** Guarded by this. No process is started once the system is being stopped. */
    private boolean stopping;

    /** Is called from several threads. */
    public interface Listener {
        Listener NONE = new Listener() {};

        default void started(ProcessSpec spec, OsProcess process) {}

        /**
         * A step of the start has succeeded.
         *
         * @param step the name of a process, or {@value Kafka#TOPICS}
         */
        default void ready(String step, Duration took) {}
    }

    /**
     * For these processes, none of which it starts yet.
     *
     * @param bootstrapServers the broker that gets the topics, which need not be one of the processes
     */
    public Supervisor(List<ProcessSpec> plan, String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        plan.forEach(spec -> processes.put(spec.name(), new ManagedProcess(spec)));
    }

    /** Kills all processes when this JVM exits. To be called before the start. */
    public Supervisor killAtExit() {
        processes.values().forEach(ManagedProcess::killAtExit);
        return this;
    }

    public Collection<ManagedProcess> processes() {
        return List.copyOf(processes.values());
    }

    public Optional<ManagedProcess> process(ProcessName name) {
        return Optional.ofNullable(processes.get(name));
    }

    /**
     * Starts every process as soon as what it needs is ready, creates the topics, and waits for all of it. A need that is
     * not in the plan counts as ready.
     *
     * @return an error message for each step that failed, by its name
     */
    public Map<String, String> start(Listener listener) {
        Map<String, CompletableFuture<Boolean>> steps = new HashMap<>();
        steps.put(Kafka.TOPICS, new CompletableFuture<>());
        processes.keySet().forEach(name -> steps.put(name.name(), new CompletableFuture<>()));
        Map<String, String> failures = new ConcurrentSkipListMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> new Step(Kafka.TOPICS, Kafka.TOPICS, Set.of(Kafka.NAME.name()), this::createTopics)
                    .run(steps, failures, listener));
            for (ManagedProcess process : processes.values()) {
                ProcessName name = process.name();
                Step step =
                        new Step(name.toString(), name.name(), process.spec().needs(), () -> {
                            listener.started(process.spec(), launch(process));
                            process.awaitReady();
                        });
                threads.execute(() -> step.run(steps, failures, listener));
            }
        }
        return failures;
    }

    /** One step of a start: a process, or the creation of the topics. */
    private record Step(String name, String provides, Set<String> needs, Runnable action) {
        void run(Map<String, CompletableFuture<Boolean>> steps, Map<String, String> failures, Listener listener) {
            CompletableFuture<Boolean> done = steps.getOrDefault(provides, new CompletableFuture<>());
            boolean possible = needs.stream()
                    .flatMap(need -> Optional.ofNullable(steps.get(need)).stream())
                    .allMatch(CompletableFuture::join);
            if (!possible) {
                failures.put(name, name + " was not started: what it needs is not ready.");
                done.complete(false);
                return;
            }
            long start = System.nanoTime();
            try {
                action.run();
                listener.ready(name, Duration.ofNanos(System.nanoTime() - start));
                done.complete(true);
            } catch (RuntimeException e) {
                failures.put(name, String.valueOf(e.getMessage()));
            } finally {
                done.complete(false);
            }
        }
    }

    private synchronized OsProcess launch(ManagedProcess process) {
        if (stopping) {
            throw new IllegalStateException(process.name() + " is not started: the system is being stopped");
        }
        return process.launch();
    }

    private void createTopics() {
        try {
            Kafka.provisionTopics(bootstrapServers, (short) 1, TOPICS_WITHIN);
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were created", e);
        }
    }

    /** Waits until no process runs, and reports each that ends. */
    public void awaitEnd(Consumer<ManagedProcess> onEnd) {
        Set<ManagedProcess> ended = new HashSet<>();
        while (ended.size() < processes.size()) {
            LockSupport.parkNanos(BETWEEN_CHECKS.toNanos());
            processes.values().stream()
                    .filter(process -> !process.alive() && ended.add(process))
                    .forEach(onEnd);
        }
    }

    /** Stops the services, and then what they need. A process that has not ended after 45 s is killed. */
    public void stop() {
        stop(ManagedProcess::stop);
    }

    /** The same, with another limit for the services. */
    void stop(Duration within) {
        stop(service -> service.stop(within));
    }

    private void stop(Consumer<ManagedProcess> stopService) {
        refuseStarts();
        forEach(true, stopService);
        forEach(false, ManagedProcess::stop);
    }

    /** Kills all processes. */
    public void crash() {
        refuseStarts();
        processes.values().forEach(ManagedProcess::crash);
    }

    private synchronized void refuseStarts() {
        stopping = true;
    }

    /** In parallel, for those that need others, or for those that do not. */
    private void forEach(boolean needy, Consumer<ManagedProcess> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            processes.values().stream()
                    .filter(process -> needy != process.spec().needs().isEmpty())
                    .forEach(process -> threads.execute(() -> action.accept(process)));
        }
    }
}
