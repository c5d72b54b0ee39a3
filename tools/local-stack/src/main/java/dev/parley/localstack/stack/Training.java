package dev.parley.localstack.stack;

import dev.parley.localstack.ask.GatewayClient;
import dev.parley.localstack.ask.Question;
import dev.parley.localstack.ask.Reply;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.parts.PulsePart;
import dev.parley.localstack.parts.RedisPart;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.parts.ServicePart;
import dev.parley.localstack.parts.SimulatorPart;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Orphans;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the AOT caches of the services (JEP 483, JEP 515): a system on ports of its own answers questions, so that what is
 * loaded, linked and often called for an answer is known, and ends; as a service ends, it writes its cache. Whatever goes
 * wrong, services start without. Redis is left out where it is not installed, as in the build of an image.
 */
public final class Training {
    /** Every second one is answered from the cache. */
    private static final int QUESTIONS = 300;

    /** Much longer than four caches take on two cores that are busy otherwise. */
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(5);

    private static final String QUESTION = "[[sim: first_token_ms=0 tokens=20 tokens_per_second=2000]] Question ";
    private static final String MODEL = "claude-sonnet-4-5";

    private final Checkout checkout;
    private final Workspace workspace;
    private final PortMap ports = PortMap.block(FreePorts.pickBlock(PortMap.blockSize()));

    private Training(Checkout checkout, Workspace workspace) {
        this.checkout = checkout;
        this.workspace = workspace;
    }

    /**
     * Makes those that are missing.
     *
     * @return the services that have none all the same
     */
    public static List<Service> run(Checkout checkout, Workspace workspace) throws IOException, InterruptedException {
        List<Service> wanted = lacking(checkout).toList();
        if (!wanted.isEmpty()) {
            new Training(checkout, workspace).train(wanted);
        }
        return lacking(checkout).toList();
    }

    private static Stream<Service> lacking(Checkout checkout) {
        return Stream.of(Service.values()).filter(service -> !Files.exists(ServicePart.cache(checkout, service)));
    }

    /** What is not whole must not be used. */
    private Path unfinished(Service service) {
        return ServicePart.cache(checkout, service).resolveSibling("unfinished.aot");
    }

    private void train(List<Service> wanted) throws IOException, InterruptedException {
        workspace.forgetData();
        Fleet fleet = new Fleet(plans(wanted));
        fleet.parts().forEach(Orphans::killAtExit);
        try {
            Map<String, String> failures =
                    fleet.start(fleet.plans(), KafkaPart.bootstrapServers(ports.of(PortName.KAFKA)), Progress.SILENT);
            if (failures.isEmpty()) {
                ask();
            }
            fleet.stop(WRITTEN_WITHIN);
        } finally {
            fleet.crash();
            fleet.parts().forEach(Orphans::forget);
            workspace.forgetData();
        }
        for (Service service : wanted) {
            if (Files.exists(unfinished(service))) {
                Files.move(unfinished(service), ServicePart.cache(checkout, service), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private List<StackPart> plans(List<Service> wanted) {
        StackSettings settings = new StackSettings(
                ports,
                Replicas.ONE_EACH,
                new ClaudeAddress.Simulated(),
                new Telemetry.Off(),
                Map.of(),
                Optional.empty());
        List<StackPart> plans = new ArrayList<>();
        for (StackPart part : StackPlan.of(checkout, workspace, settings)) {
            if (part.name().equals(PulsePart.NAME) || (part.name().equals(RedisPart.NAME) && !RedisPart.installed())) {
                continue;
            }
            plans.add(wanted.stream()
                    .filter(service -> part.name().equals(new PartName(service.module(), 0)))
                    .findFirst()
                    .map(service -> part.with(ServicePart.recording(part.plan(), unfinished(service))))
                    .orElse(part));
        }
        return plans;
    }

    /** What is refused teaches something, too. */
    private void ask() throws InterruptedException {
        URI gateway = SimulatorPart.address(ports.of(PortName.GATEWAY));
        try (GatewayClient client = new GatewayClient(gateway, StackPlan.LOCAL_KEY)) {
            client.warmUp();
            for (int i = 0; i < QUESTIONS; i++) {
                Reply reply = client.ask(new Question(QUESTION + i / 2, MODEL, Optional.empty()), text -> {});
                if (reply instanceof Reply.Refusal) {
                    return;
                }
            }
        }
    }
}
