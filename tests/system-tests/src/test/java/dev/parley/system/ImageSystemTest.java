package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every image starts from the files that the Dockerfile copies, at their paths, without the build directory. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@FaultStory
class ImageSystemTest {
    private static final List<String> SERVICES =
            List.of("gateway-service", "inference-service", "cache-service", "persistence-worker");
    private static final String SIMULATOR = "claude-simulator";

    /** The memory limit of a service in the compose file. */
    private static final String MEMORY = "-XX:MaxRAM=768m";

    private static final LocalStack STACK = startWithoutServices();
    private static final ImageBuild BUILD = newBuild();

    private final List<ManagedProcess> started = new ArrayList<>();

    static List<String> services() {
        return SERVICES;
    }

    private static LocalStack startWithoutServices() {
        StackSettings settings = new StackSettings();
        SERVICES.forEach(service -> settings.replicas(service, 0));
        return LocalStack.start(settings);
    }

    private static ImageBuild newBuild() {
        try {
            Path all = Files.createDirectories(Path.of("target", "images").toAbsolutePath());
            return new ImageBuild(Checkout.find().root(), Files.createTempDirectory(all, "image-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void buildTrainingStage() throws Exception {
        List<String> paths = new ArrayList<>(List.of(
                "tools/local-stack/servers",
                "tools/local-stack/target",
                "tools/" + SIMULATOR + "/target/" + SIMULATOR + "-app.jar",
                "tools/" + SIMULATOR + "/target/classes/META-INF/sbom",
                "tools/pulse/target/pulse-app.jar"));
        for (String service : SERVICES) {
            paths.add(service + "/target/" + service + "-app.jar");
            paths.add(service + "/src/main/jvm");
            paths.add(service + "/target/classes/META-INF/sbom");
        }
        BUILD.provideBuild(paths);
        BUILD.build("training", "");
    }

    @AfterEach
    void stop() throws IOException {
        started.forEach(ManagedProcess::crash);
        if (Files.exists(BUILD.at("/gone"))) {
            Files.move(BUILD.at("/gone"), BUILD.at("/build"));
        }
    }

    @AfterAll
    static void close() throws Exception {
        STACK.close();
    }

    @ParameterizedTest
    @MethodSource("services")
    void startsAService(String service) throws Exception {
        BUILD.build("layers", service);
        BUILD.build("service", service);
        int port = FreePorts.pick(1).getFirst();
        ManagedProcess process =
                start(service, environment(service, port), "http://127.0.0.1:" + port + "/actuator/health/readiness");
        assertThat(BUILD.directory().resolve("app.aot")).isNotEmptyFile();
        assertThat(process.log()).content().as("warnings about the AOT cache").doesNotContain("[aot]");
    }

    @Test
    void startsTheSimulator() throws Exception {
        BUILD.build(SIMULATOR, "");
        int port = FreePorts.pick(1).getFirst();
        ManagedProcess process = start(
                SIMULATOR,
                Map.of("PARLEY_SIMULATOR_PORT", Integer.toString(port)),
                "http://127.0.0.1:" + port + "/healthz");
        assertThat(process.alive()).isTrue();
    }

    /** Starts the built image, and waits until its health check succeeds. */
    private ManagedProcess start(String image, Map<String, String> environment, String health) throws IOException {
        Files.move(BUILD.at("/build"), BUILD.at("/gone"));
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("JAVA_TOOL_OPTIONS", MEMORY);
        ManagedProcess process = new ManagedProcess(ProcessSpec.builder(
                                new ProcessName(image, 0), BUILD.entryPoint(), BUILD.at("/" + image + ".log"))
                        .environment(variables)
                        .directory(BUILD.directory())
                        .readiness(() -> healthy(health), Duration.ofSeconds(90))
                        .build())
                .killAtExit();
        started.add(process);
        process.start();
        return process;
    }

    private static boolean healthy(String address) {
        try {
            return new ProcessBuilder(BUILD.at("/usr/local/bin/health").toString(), address)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Map<String, String> environment(String service, int managementPort) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "PARLEY_MANAGEMENT_PORT", Integer.toString(managementPort),
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS", STACK.kafka(),
                "PARLEY_REDIS_URL", STACK.redis(),
                "PARLEY_DYNAMODB_ENDPOINT", STACK.dynamoDb().toString(),
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "ANTHROPIC_BASE_URL", STACK.simulator().toString(),
                "ANTHROPIC_API_KEY", "simulated"));
        if (service.equals("gateway-service")) {
            variables.put(
                    "PARLEY_GATEWAY_PORT", Integer.toString(FreePorts.pick(1).getFirst()));
            variables.put("PARLEY_LOCAL_KEY", LocalStack.KEY);
        }
        return variables;
    }
}
