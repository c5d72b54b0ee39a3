package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One replica of a service. */
public final class ServicePart {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    /** An agent rewrites classes while they are loaded, on all cores that there are. */
    private static final Duration READY_WITHIN_WITH_AGENT = Duration.ofMinutes(4);

    private ServicePart() {}

    /**
     * The plan of one replica. It uses the AOT cache of its service if there is one, unless an agent is attached: then the
     * JVM would refuse it.
     *
     * @param environment everything it is told, but its ports
     * @param agent options of the JVM that attach an agent, or none
     */
    public static PartPlan plan(
            Checkout checkout,
            Workspace workspace,
            Service service,
            int replica,
            int managementPort,
            Map<String, String> environment,
            Set<String> withheld,
            List<String> agent) {
        PartName name = new PartName(service.module(), replica);
        AppJar jar = jar(checkout, service);
        List<String> flags = new ArrayList<>(agent);
        if (agent.isEmpty() && Files.exists(jar.cache())) {
            flags.add("-XX:AOTCache=" + jar.cache());
        }
        flags.add("@" + checkout.jvmOptions(service.module()));
        flags.addAll(service.heap());
        return new PartPlan(
                name,
                jar.command(flags),
                environment,
                withheld,
                workspace.log(name),
                jar::setAside,
                PartReadiness.service(managementPort),
                agent.isEmpty() ? READY_WITHIN : READY_WITHIN_WITH_AGENT,
                service == Service.PERSISTENCE,
                jar.directory());
    }

    /** Where the AOT cache of a service is, whether it has been made or not. */
    public static Path cache(Checkout checkout, Service service) {
        return jar(checkout, service).cache();
    }

    /** The same process, which writes an AOT cache as it ends. It does not yield: the training waits for it. */
    public static PartPlan recording(PartPlan plan, Path cache) {
        List<String> command = new ArrayList<>(plan.command());
        command.add(1, "-XX:AOTCacheOutput=" + cache);
        return new PartPlan(
                plan.name(),
                command,
                plan.environment(),
                plan.withheld(),
                plan.log(),
                plan.preparation(),
                plan.readiness(),
                READY_WITHIN_WITH_AGENT,
                false,
                plan.directory());
    }

    static AppJar jar(Checkout checkout, Service service) {
        return AppJar.of(checkout, service.module(), checkout.jvmOptions(service.module()));
    }
}
