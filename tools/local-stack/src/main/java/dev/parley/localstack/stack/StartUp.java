package dev.parley.localstack.stack;

import dev.parley.contracts.topic.TopicProvisioner;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;

/** One start of a system: every process as soon as what it needs is ready. */
final class StartUp {
    private final Fleet fleet;
    private final String bootstrapServers;
    private final Progress progress;
    private final ExecutorService threads;

    /** Whether it went well, by what a step provides to others. */
    private final Map<String, CompletableFuture<Boolean>> provided = new HashMap<>();

    private final Map<String, String> failures;

    private StartUp(
            Fleet fleet,
            String bootstrapServers,
            Progress progress,
            ExecutorService threads,
            Map<String, String> failures) {
        this.fleet = fleet;
        this.bootstrapServers = bootstrapServers;
        this.progress = progress;
        this.threads = threads;
        this.failures = failures;
    }

    /**
     * Starts these parts of the fleet, and makes the topics. What they need beside each other is taken to be ready.
     *
     * @return what went wrong, by the name of what is not ready; nothing if all is
     */
    static Map<String, String> run(
            Fleet fleet, Collection<StackPart> parts, String bootstrapServers, Progress progress) {
        Map<String, String> failures = new ConcurrentSkipListMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            new StartUp(fleet, bootstrapServers, progress, threads, failures).begin(parts);
        }
        return failures;
    }

    /** In an order in which everything finds what it needs. */
    private void begin(Collection<StackPart> parts) {
        parts.stream().filter(part -> part.needs().isEmpty()).forEach(this::begin);
        begin(StackPart.TOPICS, StackPart.TOPICS, Set.of("kafka"), this::makeTopics);
        parts.stream().filter(part -> !part.needs().isEmpty()).forEach(this::begin);
    }

    private void begin(StackPart part) {
        begin(part.name().toString(), part.name().name(), part.needs(), () -> start(part));
    }

    private void begin(String what, String provides, Set<String> needs, Runnable action) {
        List<CompletableFuture<Boolean>> awaited = needs.stream()
                .flatMap(need -> Optional.ofNullable(provided.get(need)).stream())
                .toList();
        provided.put(
                provides,
                CompletableFuture.supplyAsync(
                        () -> {
                            if (!awaited.stream().allMatch(CompletableFuture::join)) {
                                failures.put(what, what + " was not started: what it needs is not ready.");
                                return false;
                            }
                            return attempt(what, action);
                        },
                        threads));
    }

    private boolean attempt(String what, Runnable action) {
        long start = System.nanoTime();
        try {
            action.run();
        } catch (RuntimeException e) {
            failures.put(what, String.valueOf(e.getMessage()));
            return false;
        }
        progress.ready(what, Duration.ofNanos(System.nanoTime() - start));
        return true;
    }

    private void start(StackPart part) {
        progress.started(part, fleet.launch(part.name()));
        fleet.existing(part.name()).awaitReady();
    }

    private void makeTopics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers, "client.id", "local-stack"))) {
            new TopicProvisioner(admin, (short) 1).provision();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were made", e);
        }
    }
}
