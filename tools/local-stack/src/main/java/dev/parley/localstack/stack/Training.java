package dev.parley.localstack.stack;

import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.gateway.GatewayException;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.servers.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Makes the AOT caches of the services (JEP 483, JEP 515): a system on free ports answers questions, so that the classes
 * of an answer and the profiles of its methods are recorded, and is stopped; each service writes its cache when it ends.
 * A service whose cache could not be made starts without one. Redis is left out where it is not installed, as in the build
 * of an image.
 */
public final class Training {
    private static final int CLIENTS = 8;

    /**
     * Of each client: in all enough that C2 has compiled what an answer needs, so that the profiles show it. Every second one is
     * answered from the cache.
     */
    private static final int QUESTIONS = 500;

    /** Much longer than writing four caches takes on two busy cores. */
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(5);

    private static final String QUESTION = "[[sim: first_token_ms=0 tokens=20 tokens_per_second=2000]] Question ";
    private static final String MODEL = "claude-opus-5-5";

    private Training() {}

    /**
     * Makes the caches that are missing.
     *
     * @return the services that still have none
     */
    public static List<Service> run(Checkout checkout, Workspace workspace) throws IOException {
        List<Service> missing = missing(checkout);
        if (!missing.isEmpty()) {
            train(checkout, workspace, missing);
        }
        return missing(checkout);
    }

    private static List<Service> missing(Checkout checkout) {
        return Stream.of(Service.values())
                .filter(service -> !Files.exists(service.aotCache(checkout)))
                .toList();
    }

    private static void train(Checkout checkout, Workspace workspace, List<Service> services) throws IOException {
        StackSettings settings = new StackSettings();
        services.forEach(service ->
                settings.recording(service, service.aotCache(checkout).resolveSibling("unfinished.aot")));
        for (Path recording : settings.recordings.values()) {
            // Of a training that was killed.
            Files.deleteIfExists(recording);
        }
        workspace.forgetData();
        List<ProcessSpec> plan = new StackPlan(checkout, workspace, settings)
                .processes().stream()
                        .filter(spec -> !spec.name().equals(Redis.NAME) || Redis.installed())
                        .filter(spec -> !spec.name().name().equals(Tool.PULSE.program()))
                        .toList();
        Supervisor supervisor = new Supervisor(plan, settings).killAtExit();
        try {
            if (supervisor.start().isEmpty()) {
                ask(settings.ports.address(PortName.GATEWAY, 0));
            }
            supervisor.stop(WRITTEN_WITHIN);
        } finally {
            supervisor.crash();
            workspace.forgetData();
        }
        if (ManagedProcess.exiting()) {
            // Killed while they were writing.
            return;
        }
        for (Map.Entry<Service, Path> recording : settings.recordings.entrySet()) {
            if (Files.exists(recording.getValue())) {
                Files.move(recording.getValue(), recording.getKey().aotCache(checkout), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Refusals are recorded as well. */
    private static void ask(URI gateway) {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                String client = QUESTION + i + " ";
                clients.execute(() -> ask(gateway, client));
            }
        }
    }

    private static void ask(URI gateway, String question) {
        try (GatewayClient client = new GatewayClient(gateway, StackPlan.LOCAL_KEY)) {
            client.warmUp();
            for (int i = 0; i < QUESTIONS; i++) {
                client.ask(question + i / 2, MODEL, Optional.empty(), text -> {});
            }
        } catch (GatewayException e) {
            // The caches are made of what was answered before.
        }
    }
}
