package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The installed {@code prometheus-alertmanager}, whose page shows the alerts. It sends no notifications. */
public final class Alertmanager {
    public static final ProcessName NAME = new ProcessName("alertmanager", 0);

    private static final String SETTINGS = """
            route:
              receiver: none
              group_by: [alertname]
            receivers:
              - name: none
            """;

    private Alertmanager() {}

    public static ProcessSpec process(Workspace workspace, int port) {
        Path data = workspace.data(NAME);
        List<String> command = List.of(
                "prometheus-alertmanager",
                "--config.file=" + data.resolve("alertmanager.yml"),
                "--storage.path=" + data.resolve("notifications"),
                "--web.listen-address=127.0.0.1:" + port,
                // Without a cluster.
                "--cluster.listen-address=",
                "--log.level=warn");
        return ProcessSpec.builder(NAME, command, workspace.log(NAME))
                .preparation(() -> {
                    Prometheus.requireInstalled("prometheus-alertmanager");
                    Files.createDirectories(data);
                    Files.writeString(data.resolve("alertmanager.yml"), SETTINGS);
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.ALERTMANAGER.variable())
                .build();
    }
}
