package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The installed {@code prometheus} with the alerts of {@code k8s}. */
public final class Prometheus {
    public static final ProcessName NAME = new ProcessName("prometheus", 0);

    private static final String GROUPS = "\nspec:\n  groups:\n";

    private Prometheus() {}

    /**
     * Its process. It reads the rules again at each start.
     *
     * @param components of {@code k8s}, whose rules it evaluates
     * @param targets the ports to scrape, by job
     */
    public static ProcessSpec process(
            Checkout checkout,
            Workspace workspace,
            PortMap ports,
            Monitoring monitoring,
            List<String> components,
            Map<String, List<Integer>> targets) {
        Path data = workspace.data(NAME);
        int port = ports.of(PortName.PROMETHEUS);
        List<String> command = List.of(
                "prometheus",
                "--config.file=" + data.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + data.resolve("series"),
                "--storage.tsdb.retention.time=7d",
                // The traces of slow answers.
                "--enable-feature=exemplar-storage",
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=warn");
        return ProcessSpec.builder(NAME, command, workspace.log(NAME))
                .preparation(() -> {
                    requireInstalled("prometheus");
                    Files.createDirectories(data);
                    List<String> objects = new ArrayList<>();
                    for (String component : components) {
                        objects.add(
                                Files.readString(checkout.component(component).resolve("rules.yaml")));
                    }
                    Files.writeString(
                            data.resolve("rules.yaml"), monitoring.rules().apply(ruleFile(objects)));
                    Files.writeString(
                            data.resolve("prometheus.yml"),
                            settings(monitoring, ports.of(PortName.ALERTMANAGER), targets));
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.PROMETHEUS.variable())
                .build();
    }

    /** A rule file with the groups of these objects of the Prometheus operator, which are at the end of each. */
    static String ruleFile(List<String> objects) {
        return objects.stream().map(Prometheus::groups).collect(joining("", "groups:\n", ""));
    }

    private static String groups(String object) {
        int groups = object.indexOf(GROUPS);
        if (groups < 0) {
            throw new IllegalStateException("the rules have no groups");
        }
        return object.substring(groups + GROUPS.length()).replaceAll("(?m)^ {2}", "");
    }

    /** Without %d, which has the digits of the locale. */
    static String settings(Monitoring monitoring, int alertmanager, Map<String, List<Integer>> targets) {
        String jobs = targets.entrySet().stream()
                .map(job -> """
                      - job_name: %s
                        metrics_path: %s
                        static_configs:
                          - targets: [%s]
                            labels: {namespace: parley}
                    """.formatted(
                                job.getKey(),
                                job.getKey().equals(Kafka.PROGRAM) ? "/metrics" : "/actuator/prometheus",
                                job.getValue().stream()
                                        .map(port -> "'127.0.0.1:" + port + "'")
                                        .collect(joining(", "))))
                .collect(joining());
        long seconds = monitoring.interval().toSeconds();
        return """
            global:
              scrape_interval: %ss
              scrape_timeout: %ss
              evaluation_interval: %ss
            rule_files:
              - rules.yaml
            alerting:
              alertmanagers:
                - static_configs:
                    - targets: ['127.0.0.1:%s']
            scrape_configs:
            %s\
            """.formatted(seconds, seconds, seconds, alertmanager, jobs);
    }

    static void requireInstalled(String program) {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        if (!installed) {
            throw new IllegalStateException(program + " is not installed: apt-get install prometheus"
                    + " prometheus-alertmanager (./parley up --monitoring does it as root)");
        }
    }
}
