package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Monitoring;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StackPlanTest {
    private static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");

    private final Checkout checkout = FakeCheckout.make();

    @Test
    void hasEveryProcessOnce() {
        assertThat(plan(defaults()))
                .extracting(spec -> spec.name().name())
                .containsExactlyInAnyOrder(
                        "kafka",
                        "redis",
                        "dynamodb",
                        "claude-simulator",
                        "gateway-service",
                        "cache-service",
                        "inference-service",
                        "persistence-worker",
                        "pulse");
    }

    @Test
    void givesReplicasTheNextPorts() {
        List<ProcessSpec> specs = plan(defaults().replicas("gateway-service", 2));
        ProcessSpec second = find(specs, "gateway-service", 1);
        assertThat(second.port()).isEqualTo(8081);
        assertThat(second.managementPort()).hasValue(9081);
        assertThat(second.environment())
                .containsEntry("PARLEY_GATEWAY_PORT", "8081")
                .containsEntry("PARLEY_MANAGEMENT_PORT", "9081")
                .containsEntry("PARLEY_REPLICA", "1");
        assertThat(find(specs, "pulse", 0).environment())
                .containsEntry("PARLEY_PULSE_GATEWAY", "http://127.0.0.1:9080,http://127.0.0.1:9081");
    }

    @Test
    void keepsWhatRunsAlready() {
        List<ProcessSpec> specs = plan(defaults()
                .replicas("gateway-service", 2)
                .keep(List.of(
                        entry("cache-service", 2, OptionalInt.of(9282)),
                        entry("gateway-service", 0, OptionalInt.of(9080)),
                        entry("prometheus", 0, OptionalInt.empty()),
                        entry("redis", 0, OptionalInt.empty()),
                        entry("varnish", 0, OptionalInt.empty()))));
        assertThat(find(specs, "pulse", 0).environment())
                .containsEntry("PARLEY_PULSE_GATEWAY", "http://127.0.0.1:9080,http://127.0.0.1:9081")
                .containsEntry(
                        "PARLEY_PULSE_CACHE", "http://127.0.0.1:9280,http://127.0.0.1:9281,http://127.0.0.1:9282");
        assertThat(find(specs, "cache-service", 1).environment()).containsEntry("PARLEY_EDGE", "varnish");
        assertThat(specs)
                .extracting(spec -> spec.name().name())
                .contains("varnish", "prometheus", "alertmanager")
                .containsOnlyOnce("redis");
    }

    private static StackFile.Entry entry(String name, int replica, OptionalInt managementPort) {
        return new StackFile.Entry(
                name,
                replica,
                1,
                "then",
                1,
                managementPort,
                "/tmp/x.log",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    @Test
    void startsVarnishOnlyForAnEdgeAndHasItPurged() {
        assertThat(plan(defaults())).noneMatch(spec -> spec.name().name().equals("varnish"));
        List<ProcessSpec> specs = plan(defaults().replicas("gateway-service", 2).edge());
        assertThat(find(specs, "varnish", 0).port()).isEqualTo(8070);
        assertThat(find(specs, "varnish", 0).needs()).containsExactly("gateway-service-0");
        assertThat(specs.getLast().name().name()).isEqualTo("varnish");
        assertThat(find(specs, "cache-service", 0).environment())
                .containsEntry("PARLEY_EDGE", "varnish")
                .containsEntry("PARLEY_EDGE_VARNISH_URLS", "http://127.0.0.1:8070");
    }

    @Test
    void startsPrometheusOnlyForMonitoringAndHasTheBrokerExportItsMetrics() {
        assertThat(plan(defaults())).noneMatch(spec -> spec.name().name().equals("prometheus"));
        List<ProcessSpec> specs = plan(defaults().monitoring(Monitoring.STANDARD));
        assertThat(find(specs, "prometheus", 0).port()).isEqualTo(9490);
        assertThat(find(specs, "alertmanager", 0).port()).isEqualTo(9500);
        assertThat(find(specs, "kafka", 0).command())
                .anyMatch(word -> word.startsWith("-javaagent:") && word.contains("=127.0.0.1:9580:"));
    }

    @Test
    void givesTheKeyOnlyToTheServicesThatCallClaude() {
        List<ProcessSpec> specs = plan(defaults().claude(new ClaudeAddress.Anthropic("sk-secret")));
        for (ProcessSpec spec : specs) {
            boolean has = spec.environment().containsValue("sk-secret");
            assertThat(has)
                    .as(spec.name().toString())
                    .isEqualTo(Set.of("inference-service", "gateway-service")
                            .contains(spec.name().name()));
        }
        assertThat(specs).noneMatch(spec -> spec.name().name().equals("claude-simulator"));
        assertThat(find(specs, "inference-service", 0).environment()).doesNotContainKey("ANTHROPIC_BASE_URL");
    }

    /** Those of production, on a machine that has them in {@code /etc/parley/secrets}. */
    @Test
    void theSecretsOfTheMachineAreNotRead() throws IOException {
        List<ProcessSpec> specs = plan(defaults());
        for (String program :
                Stream.concat(SERVICES.stream(), Stream.of("pulse")).toList()) {
            ProcessSpec spec = find(specs, program, 0);
            assertThat(spec.environment()).as(program).containsKey("PARLEY_SECRETS");
            spec.preparation().prepare();
            assertThat(Path.of(spec.environment().get("PARLEY_SECRETS"))).isEmptyDirectory();
        }
    }

    @Test
    void hasTheSimulatorCalled() {
        List<ProcessSpec> specs = plan(defaults());
        for (String service : List.of("inference-service", "gateway-service")) {
            assertThat(find(specs, service, 0).environment())
                    .containsEntry("ANTHROPIC_BASE_URL", "http://127.0.0.1:8090");
        }
    }

    @Test
    void attachesTheAgentToTheServicesAndOnlyForTraces() {
        List<ProcessSpec> specs =
                plan(StackSettings.from(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "HOME", "/")));
        for (ProcessSpec spec : specs) {
            boolean service = !spec.needs().isEmpty();
            assertThat(spec.command().stream().anyMatch(word -> word.startsWith("-javaagent:")))
                    .as(spec.name().toString())
                    .isEqualTo(service);
        }
        assertThat(find(specs, "cache-service", 0).environment())
                .containsEntry("OTEL_SERVICE_NAME", "cache-service")
                .containsEntry("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .containsEntry("OTEL_METRICS_EXPORTER", "none")
                .containsEntry("OTEL_JAVAAGENT_LOGGING", "application")
                .containsEntry("OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "false")
                .containsEntry("OTEL_INSTRUMENTATION_SPRING_KAFKA_ENABLED", "true")
                .doesNotContainKey("HOME");
        assertThat(plan(defaults()))
                .noneMatch(spec -> spec.command().stream().anyMatch(word -> word.startsWith("-javaagent:")));
    }

    @Test
    void startsEachServiceWithItsJvmOptions() {
        List<ProcessSpec> specs = plan(defaults());
        for (String service : SERVICES) {
            assertThat(find(specs, service, 0).command())
                    .contains("@" + checkout.root().resolve(service).resolve("src/main/jvm/jvm.options"));
        }
    }

    @Test
    void startsAServiceWithItsCacheIfThereIsOneForThisBuildAndNoAgent() throws IOException {
        assertThat(cacheOptions(defaults())).isEmpty();
        Path directory = find(plan(defaults()), "cache-service", 0).directory();
        Path cache = directory.resolve("app-" + Runtime.version() + ".aot");
        Files.createDirectories(directory);
        Files.writeString(cache, "made for this test");
        assertThat(cacheOptions(defaults())).containsExactly("-XX:AOTCache=" + cache);
        assertThat(cacheOptions(defaults().traces(URI.create("http://127.0.0.1:4318"))))
                .isEmpty();
        Files.writeString(checkout.root().resolve("cache-service/src/main/jvm/jvm.options"), "-XX:+UseSerialGC\n");
        assertThat(cacheOptions(defaults())).isEmpty();
    }

    /** An AOT cache contains the paths of its training, and an image has the application at another place. */
    @Test
    void startsApplicationsInTheirDirectoryByARelativePath() {
        List<ProcessSpec> specs = plan(defaults());
        for (String module : List.of("cache-service", "tools/claude-simulator", "tools/pulse")) {
            String application = Path.of(module).getFileName().toString();
            var spec = find(specs, application, 0);
            assertThat(spec.command()).endsWith("-jar", "app.jar");
            assertThat(spec.directory())
                    .hasParentRaw(checkout.root().resolve(module).resolve("target"));
        }
    }

    @Test
    void applicationsHaveABuildAndServersHaveNone() throws IOException {
        List<ProcessSpec> before = plan(defaults());
        Files.writeString(checkout.root().resolve("cache-service/src/main/jvm/jvm.options"), "-XX:+UseSerialGC\n");
        List<ProcessSpec> after = plan(defaults());
        assertThat(before)
                .filteredOn(spec -> spec.build().isEmpty())
                .extracting(spec -> spec.name().name())
                .containsExactly("kafka", "redis", "dynamodb");
        assertThat(before)
                .filteredOn(spec ->
                        !spec.build().equals(find(after, spec.name().name(), 0).build()))
                .extracting(spec -> spec.name().name())
                .containsExactly("cache-service");
    }

    private List<String> cacheOptions(StackSettings settings) {
        return find(plan(settings), "cache-service", 0).command().stream()
                .filter(word -> word.startsWith("-XX:AOT"))
                .toList();
    }

    /** Or {@code down} gives up beside a slow {@code up}. */
    @Test
    void aCommandWaitsForTheLockLongerThanAStartTakes() {
        List<ProcessSpec> specs = plan(defaults().traces(URI.create("http://127.0.0.1:4318")));
        Duration start = longest(specs, false).plus(Supervisor.TOPICS_WITHIN).plus(longest(specs, true));
        assertThat(StackFile.LOCKED_WITHIN).isGreaterThan(start);
    }

    private static Duration longest(List<ProcessSpec> specs, boolean needy) {
        return specs.stream()
                .filter(spec -> needy != spec.needs().isEmpty())
                .map(ProcessSpec::readyWithin)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Test
    void overridesVariablesOfThePlan() {
        StackSettings settings =
                defaults().environment("cache-service", Map.of("PARLEY_REDIS_URL", "redis://127.0.0.1:1"));
        assertThat(find(plan(settings), "cache-service", 0).environment())
                .containsEntry("PARLEY_REDIS_URL", "redis://127.0.0.1:1");
    }

    @Test
    void sendsTheServicesToTheMovedPorts() {
        StackSettings settings = StackSettings.from(Map.of(
                "PARLEY_KAFKA_PORT", "19092",
                "PARLEY_REDIS_PORT", "16390",
                "PARLEY_DYNAMODB_PORT", "18010",
                "PARLEY_SIMULATOR_PORT", "18090"));
        assertThat(find(plan(settings), "inference-service", 0).environment())
                .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("PARLEY_REDIS_URL", "redis://127.0.0.1:16390")
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "http://127.0.0.1:18010")
                .containsEntry("ANTHROPIC_BASE_URL", "http://127.0.0.1:18090");
    }

    private static StackSettings defaults() {
        return StackSettings.from(Map.of());
    }

    private List<ProcessSpec> plan(StackSettings settings) {
        return new StackPlan(checkout, Workspace.in(checkout.state()), settings).processes();
    }

    private static ProcessSpec find(List<ProcessSpec> specs, String name, int replica) {
        ProcessName wanted = new ProcessName(name, replica);
        return specs.stream()
                .filter(spec -> spec.name().equals(wanted))
                .findFirst()
                .orElseThrow();
    }
}
