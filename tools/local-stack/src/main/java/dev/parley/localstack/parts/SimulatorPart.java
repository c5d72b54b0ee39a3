package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The stand-in for Claude. */
public final class SimulatorPart {
    public static final PartName NAME = new PartName("claude-simulator", 0);

    /** The directory of its module. */
    static final String MODULE = "tools/claude-simulator";

    private SimulatorPart() {}

    public static PartPlan plan(
            Checkout checkout, Workspace workspace, int port, Map<String, String> environment, Set<String> withheld) {
        AppJar jar = AppJar.of(checkout, MODULE);
        List<String> flags = new ArrayList<>(List.of("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC"));
        flags.addAll(Jvm.COMMON);
        return new PartPlan(
                NAME,
                jar.command(flags),
                environment,
                withheld,
                workspace.log(NAME),
                jar::setAside,
                PartReadiness.simulator(port),
                Duration.ofSeconds(60),
                false,
                jar.directory());
    }

    public static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
