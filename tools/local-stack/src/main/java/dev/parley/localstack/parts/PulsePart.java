package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The operators' page. */
public final class PulsePart {
    public static final PartName NAME = new PartName("pulse", 0);

    /** The directory of its module. */
    static final String MODULE = "tools/pulse";

    private PulsePart() {}

    public static PartPlan plan(Checkout checkout, Workspace workspace, int port, Map<String, String> environment) {
        AppJar jar = AppJar.of(checkout, MODULE);
        List<String> flags = new ArrayList<>(List.of("-Xms24m", "-Xmx128m", "-XX:+UseSerialGC"));
        flags.addAll(Jvm.COMMON);
        return new PartPlan(
                NAME,
                jar.command(flags),
                environment,
                PartPlan.SECRETS,
                workspace.log(NAME),
                jar::setAside,
                PartReadiness.pulse(port),
                Duration.ofSeconds(60),
                false,
                jar.directory());
    }

    static URI health(int port) {
        return URI.create("http://127.0.0.1:" + port + "/healthz");
    }
}
