package dev.parley.localstack.stack;

import static java.util.stream.Collectors.toSet;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaCluster;
import java.time.Duration;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts the processes of a plan in the order of their needs, watches them, and stops them. */
public final class Supervisor {
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);
    static final Duration TOPICS_WITHIN = Duration.ofSeconds(60);

    /** More would not be ready sooner, and take the processor from what runs already, such as another system. */
    private static final int STARTS_AT_ONCE = 1 + Runtime.getRuntime().availableProcessors();

    private final KafkaConnection kafka;
    private final Consumer<KafkaConnection> access;
    private final Map<ProcessName, ManagedProcess> processes = new LinkedHashMap<>();

    /** Guarded by this. No process is started once the system is being stopped. */
    private boolean stopping;

    /** Guarded by this. What creates the topics; it would wait for a broker that is being stopped. */
    private Optional<Thread> topics = Optional.empty();

    /** For these processes, none of which it starts yet. The broker of the settings gets the topics. */
    public Supervisor(List<ProcessSpec> plan, StackSettings settings) {
        this.kafka = KafkaConnection.plain(settings.bootstrapServers());
        this.access = settings.access;
        plan.forEach(spec -> processes.put(spec.name(), new ManagedProcess(spec)));
    }

    /** Kills all processes when this JVM exits. */
    public Supervisor killAtExit() {
        processes.values().forEach(ManagedProcess::killAtExit);
        return this;
    }

    public Optional<ManagedProcess> process(ProcessName name) {
        return Optional.ofNullable(processes.get(name));
    }

    public List<ManagedProcess> processes() {
        return List.copyOf(processes.values());
    }

    /**
     * Starts every process as soon as what it needs is ready, one more at a time than there are processors, creates the topics, and
     * waits for all of it. A need that is not in the plan counts as ready. Calls back from several threads.
     *
     * @param onStart for each process, before it is ready
     * @param onReady for each step that has succeeded: the name of a process, or {@value Kafka#TOPICS}, and what it took
     * @return an error message for each step that failed, by its name, also for a process that has ended since it was ready; none for
     *     what a stop has ended or prevented
     */
    public Map<String, String> start(BiConsumer<ProcessSpec, OsProcess> onStart, BiConsumer<String, Duration> onReady) {
        Start start = new Start(onStart, onReady);
        try (start.threads) {
            processes(false).forEach(start::add);
            Set<String> brokers = processes.keySet().stream()
                    .filter(Kafka::isBroker)
                    .map(ProcessName::toString)
                    .collect(toSet());
            start.add(Kafka.TOPICS, brokers, () -> makeTopics(KafkaCluster.replicationFactor(brokers.size())));
            processes(true).forEach(start::add);
        }
        processes.values().forEach(start::failIfEnded);
        return start.failures;
    }

    /** The same without calling back. */
    public Map<String, String> start() {
        return start((_, _) -> {}, (_, _) -> {});
    }

    private void makeTopics(short replicationFactor) {
        launchTopics(Thread.currentThread());
        Kafka.provisionTopics(kafka, replicationFactor, TOPICS_WITHIN);
        access.accept(kafka);
    }

    /** The steps of a start. A step is added after those that it needs. */
    private final class Start {
        private final BiConsumer<ProcessSpec, OsProcess> onStart;
        private final BiConsumer<String, Duration> onReady;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final Semaphore places = new Semaphore(STARTS_AT_ONCE, true);
        private final Map<String, CompletableFuture<Boolean>> steps = new HashMap<>();
        private final Map<String, String> failures = new ConcurrentSkipListMap<>();

        Start(BiConsumer<ProcessSpec, OsProcess> onStart, BiConsumer<String, Duration> onReady) {
            this.onStart = onStart;
            this.onReady = onReady;
        }

        void add(ManagedProcess process) {
            add(process.name().toString(), process.spec().needs(), () -> {
                places.acquireUninterruptibly();
                try {
                    start(process);
                } finally {
                    places.release();
                }
            });
        }

        private void start(ManagedProcess process) {
            OsProcess launched = launch(process);
            try {
                onStart.accept(process.spec(), launched);
            } catch (RuntimeException e) {
                // No later command would know of it.
                process.crash();
                throw e;
            }
            process.awaitReady();
        }

        void add(String step, Set<String> needs, Runnable action) {
            List<CompletableFuture<Boolean>> before = needs.stream()
                    .flatMap(need -> Stream.ofNullable(steps.get(need)))
                    .toList();
            steps.put(step, CompletableFuture.supplyAsync(() -> succeeds(step, before, action), threads));
        }

        private boolean succeeds(String step, List<CompletableFuture<Boolean>> before, Runnable action) {
            if (!before.stream().allMatch(CompletableFuture::join)) {
                return fails(step, step + " was not started: what it needs is not ready.");
            }
            long start = System.nanoTime();
            try {
                action.run();
                onReady.accept(step, Duration.ofNanos(System.nanoTime() - start));
                return true;
            } catch (RuntimeException e) {
                return fails(step, String.valueOf(e.getMessage()));
            }
        }

        private boolean fails(String step, String failure) {
            if (!stopping()) {
                failures.putIfAbsent(step, failure);
            }
            return false;
        }

        /** A process may have seemed ready while another program had its port. */
        void failIfEnded(ManagedProcess process) {
            process.failure().ifPresent(failure -> fails(process.name().toString(), failure));
        }
    }

    private synchronized OsProcess launch(ManagedProcess process) {
        refuseIfStopping();
        return process.launch();
    }

    private synchronized void launchTopics(Thread thread) {
        refuseIfStopping();
        topics = Optional.of(thread);
    }

    private void refuseIfStopping() {
        if (stopping) {
            throw new IllegalStateException("the system is being stopped");
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
        stop(OsProcess.STOP_WITHIN);
    }

    /** The same, with another limit for the services. */
    void stop(Duration within) {
        refuseStarts();
        forEach(true, service -> service.stop(within));
        forEach(false, ManagedProcess::stop);
    }

    public void crash() {
        refuseStarts();
        processes.values().forEach(ManagedProcess::crash);
    }

    private synchronized void refuseStarts() {
        stopping = true;
        topics.ifPresent(Thread::interrupt);
    }

    private synchronized boolean stopping() {
        return stopping;
    }

    private void forEach(boolean needy, Consumer<ManagedProcess> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            processes(needy).forEach(process -> threads.execute(() -> action.accept(process)));
        }
    }

    /** Those that need others, or those that do not. */
    private List<ManagedProcess> processes(boolean needy) {
        return processes.values().stream()
                .filter(process -> needy != process.spec().needs().isEmpty())
                .toList();
    }
}
