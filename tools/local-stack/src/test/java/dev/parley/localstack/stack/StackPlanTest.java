package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StackPlanTest {
    private static final List<String> SERVICES =
            List.of("gateway-service", "cache-service", "inference-service", "persistence-worker");

    private final Checkout checkout = FakeCheckout.make();

    @Test
    void hasEveryPartOnce() {
        assertThat(plan(new ClaudeAddress.Simulated(), Replicas.ONE_EACH))
                .extracting(part -> part.name().name())
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
        List<StackPart> parts = plan(new ClaudeAddress.Simulated(), Replicas.parse("gateway-service=2"));
        StackPart second = find(parts, "gateway-service", 1);
        assertThat(second.port()).isEqualTo(8081);
        assertThat(second.managementPort()).hasValue(9081);
        assertThat(second.plan().environment())
                .containsEntry("PARLEY_GATEWAY_PORT", "8081")
                .containsEntry("PARLEY_MANAGEMENT_PORT", "9081")
                .containsEntry("PARLEY_REPLICA", "1");
        assertThat(find(parts, "pulse", 0).plan().environment())
                .containsEntry("PARLEY_PULSE_GATEWAY", "http://127.0.0.1:9080,http://127.0.0.1:9081");
    }

    @Test
    void givesTheKeyOnlyToThoseWhoCallClaude() {
        List<StackPart> parts = plan(new ClaudeAddress.Anthropic("sk-secret"), Replicas.ONE_EACH);
        for (StackPart part : parts) {
            boolean has = part.plan().environment().containsValue("sk-secret");
            assertThat(has)
                    .as(part.name().toString())
                    .isEqualTo(Set.of("inference-service", "gateway-service")
                            .contains(part.name().name()));
            assertThat(part.plan().withheld()).contains("ANTHROPIC_API_KEY");
        }
        assertThat(parts).noneMatch(part -> part.name().name().equals("claude-simulator"));
        assertThat(find(parts, "inference-service", 0).plan().environment()).doesNotContainKey("ANTHROPIC_BASE_URL");
    }

    @Test
    void sendsThemToTheSimulator() {
        List<StackPart> parts = plan(new ClaudeAddress.Simulated(), Replicas.ONE_EACH);
        for (String service : List.of("inference-service", "gateway-service")) {
            assertThat(find(parts, service, 0).plan().environment())
                    .containsEntry("ANTHROPIC_BASE_URL", "http://127.0.0.1:8090");
        }
    }

    @Test
    void attachesTheAgentToTheServicesAndOnlyIfTracesAreWanted() {
        Telemetry wanted = Telemetry.from(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "HOME", "/"));
        List<StackPart> parts = plan(settings(wanted));
        for (StackPart part : parts) {
            boolean service = !part.needs().isEmpty();
            assertThat(part.plan().command().stream().anyMatch(word -> word.startsWith("-javaagent:")))
                    .as(part.name().toString())
                    .isEqualTo(service);
        }
        assertThat(find(parts, "cache-service", 0).plan().environment())
                .containsEntry("OTEL_SERVICE_NAME", "cache-service")
                .containsEntry("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .containsEntry("OTEL_METRICS_EXPORTER", "none")
                .containsEntry("OTEL_JAVAAGENT_LOGGING", "application")
                .containsEntry("OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "false")
                .containsEntry("OTEL_INSTRUMENTATION_SPRING_KAFKA_ENABLED", "true")
                .doesNotContainKey("HOME");
        assertThat(plan(settings(Telemetry.from(Map.of()))))
                .noneMatch(part -> part.plan().command().stream().anyMatch(word -> word.startsWith("-javaagent:")));
    }

    @Test
    void tellsTheJvmOfAServiceWhatItIsToldEverywhere() {
        List<StackPart> parts = plan(new ClaudeAddress.Simulated(), Replicas.ONE_EACH);
        for (String service : SERVICES) {
            assertThat(find(parts, service, 0).plan().command())
                    .contains("@" + checkout.root().resolve(service).resolve("src/main/jvm/jvm.options"));
        }
    }

    @Test
    void startsAServiceWithItsCacheIfThereIsOneForThisBuildAndNoAgent() throws IOException {
        assertThat(cacheOptions(new Telemetry.Off())).isEmpty();
        Path directory = find(plan(settings(new Telemetry.Off())), "cache-service", 0)
                .plan()
                .directory();
        Path cache = directory.resolve("app-" + Runtime.version() + ".aot");
        Files.createDirectories(directory);
        Files.writeString(cache, "made for this test");
        assertThat(cacheOptions(new Telemetry.Off())).containsExactly("-XX:AOTCache=" + cache);
        assertThat(cacheOptions(new Telemetry.Exported(Map.of()))).isEmpty();
        Files.writeString(checkout.root().resolve("cache-service/src/main/jvm/jvm.options"), "-XX:+UseSerialGC\n");
        assertThat(cacheOptions(new Telemetry.Off())).isEmpty();
    }

    /** What a cache has been made with is found again wherever the application lies: in an image, it is in another place. */
    @Test
    void startsApplicationsInTheirDirectoryByARelativePath() {
        List<StackPart> parts = plan(new ClaudeAddress.Simulated(), Replicas.ONE_EACH);
        for (String module : List.of("cache-service", "tools/claude-simulator", "tools/pulse")) {
            String application = Path.of(module).getFileName().toString();
            var plan = find(parts, application, 0).plan();
            assertThat(plan.command()).endsWith("-jar", "app.jar");
            assertThat(plan.directory())
                    .hasParentRaw(checkout.root().resolve(module).resolve("target"));
        }
    }

    private List<String> cacheOptions(Telemetry telemetry) {
        return find(plan(settings(telemetry)), "cache-service", 0).plan().command().stream()
                .filter(word -> word.startsWith("-XX:AOT"))
                .toList();
    }

    @Test
    void letsAChosenVariableGoFirst() {
        StackSettings settings = new StackSettings(
                PortMap.from(Map.of()),
                Replicas.ONE_EACH,
                new ClaudeAddress.Simulated(),
                new Telemetry.Off(),
                Map.of("cache-service", Map.of("PARLEY_REDIS_URL", "redis://127.0.0.1:1")),
                Optional.empty());
        assertThat(find(plan(settings), "cache-service", 0).plan().environment())
                .containsEntry("PARLEY_REDIS_URL", "redis://127.0.0.1:1");
    }

    @Test
    void sendsTheServicesToTheMovedPorts() {
        StackSettings settings = StackSettings.from(
                Map.of(
                        "PARLEY_KAFKA_PORT", "19092",
                        "PARLEY_REDIS_PORT", "16390",
                        "PARLEY_DYNAMODB_PORT", "18010",
                        "PARLEY_SIMULATOR_PORT", "18090"),
                Replicas.ONE_EACH);
        assertThat(find(plan(settings), "inference-service", 0).plan().environment())
                .containsEntry("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("PARLEY_REDIS_URL", "redis://127.0.0.1:16390")
                .containsEntry("PARLEY_DYNAMODB_ENDPOINT", "http://127.0.0.1:18010")
                .containsEntry("ANTHROPIC_BASE_URL", "http://127.0.0.1:18090");
    }

    private static StackSettings settings(Telemetry telemetry) {
        return new StackSettings(
                PortMap.from(Map.of()),
                Replicas.ONE_EACH,
                new ClaudeAddress.Simulated(),
                telemetry,
                Map.of(),
                Optional.empty());
    }

    private List<StackPart> plan(ClaudeAddress claude, Replicas replicas) {
        return plan(new StackSettings(
                PortMap.from(Map.of()), replicas, claude, new Telemetry.Off(), Map.of(), Optional.empty()));
    }

    private List<StackPart> plan(StackSettings settings) {
        return StackPlan.of(checkout, Workspace.in(checkout.state()), settings);
    }

    private static StackPart find(List<StackPart> parts, String name, int replica) {
        PartName wanted = new PartName(name, replica);
        return parts.stream()
                .filter(part -> part.name().equals(wanted))
                .findFirst()
                .orElseThrow();
    }
}
