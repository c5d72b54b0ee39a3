package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
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
     * The plan of one replica.
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
        AppJar jar = AppJar.of(checkout, service.module());
        List<String> flags = new ArrayList<>(agent);
        flags.addAll(service.flags());
        flags.addAll(Jvm.COMMON);
        return new PartPlan(
                name,
                jar.command(flags),
                environment,
                withheld,
                workspace.log(name),
                jar::setAside,
                PartReadiness.service(managementPort),
                agent.isEmpty() ? READY_WITHIN : READY_WITHIN_WITH_AGENT);
    }
}
