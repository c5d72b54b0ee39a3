package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.PinnedVersions;
import dev.parley.deployment.source.ServiceModule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;

/** The compose file runs the same system as {@code ./parley up}, under the same names and ports. */
final class ComposeTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<ServiceModule> MODULES = ServiceModule.all(CHECKOUT);
    private static final Compose COMPOSE = Compose.of(CHECKOUT);

    /** The services that are no modules. */
    private static final Set<String> OTHER_SERVICES =
            Set.of("kafka", "redis", "dynamodb-local", "topics", "claude-simulator", "pulse", "varnish");

    /** The health check program by image; our own images use {@code health}. */
    private static final Map<String, String> PROGRAMS =
            Map.of("apache/kafka", "nc", "redis", "redis-cli", "amazon/dynamodb-local", "bash");

    static Stream<ServiceModule> modules() {
        return MODULES.stream();
    }

    /** All services except the job that ends. */
    static Stream<String> running() {
        return COMPOSE.names().stream().filter(name -> !name.equals("topics"));
    }

    static Stream<String> ownImages() {
        return COMPOSE.names().stream()
                .filter(name -> COMPOSE.service(name).path("image").asString("").startsWith("parley/"));
    }

    @Test
    void containsEveryModule() {
        Set<String> expected = new TreeSet<>(OTHER_SERVICES);
        MODULES.forEach(module -> expected.add(module.name()));
        assertThat(COMPOSE.names()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void environmentHasWhatTheModuleReads(ServiceModule module) {
        Set<String> given =
                Set.copyOf(COMPOSE.service(module.name()).path("environment").propertyNames());
        assertThat(module.unread(given)).as("set but not read").isEmpty();
        assertThat(module.missing(given)).as("needed but not set").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void publishesPortsOfTheGatewayOnly(ServiceModule module) {
        assertThat(COMPOSE.service(module.name()).path("ports").values())
                .allSatisfy(port -> assertThat(port.path("published").asString())
                        .isEqualTo(port.path("target").asString()))
                .extracting(port -> port.path("target").asInt())
                .containsExactlyInAnyOrderElementsOf(
                        module.name().equals("gateway-service") ? module.ports() : Set.of());
    }

    /** Two containers cannot publish the same port. */
    @Test
    void everythingElseThatIsPublishedRunsOnce() {
        assertThat(COMPOSE.names().stream()
                        .filter(name -> !COMPOSE.service(name).path("ports").isEmpty()))
                .containsExactlyInAnyOrder("gateway-service", "kafka", "pulse", "varnish");
    }

    @Test
    void logAndHistorySurviveANewContainer() {
        assertThat(COMPOSE.service("kafka").at("/volumes/0/type").asString()).isEqualTo("volume");
        assertThat(COMPOSE.service("kafka").at("/volumes/0/target").asString())
                .isEqualTo(COMPOSE.service("kafka")
                        .at("/environment/KAFKA_LOG_DIRS")
                        .asString());
        JsonNode history = COMPOSE.service("dynamodb-local");
        assertThat(history.at("/volumes/0/type").asString()).isEqualTo("volume");
        assertThat(words(history.path("command")))
                .containsSubsequence("-dbPath", history.at("/volumes/0/target").asString())
                .doesNotContain("-inMemory");
    }

    /** The home of the image's user has the program, and root without capabilities may not be able to read it. */
    @Test
    void rootOfDynamoDbLocalMayReadTheHomeOfAnotherUser() {
        JsonNode history = COMPOSE.service("dynamodb-local");
        assertThat(history.path("user").asString()).isEqualTo("0:0");
        assertThat(words(history.path("cap_drop"))).containsExactly("ALL");
        assertThat(words(history.path("cap_add"))).containsExactly("DAC_OVERRIDE");
    }

    /** Without BuildKit, an image is built after those of its dependencies, so that Maven runs once. */
    @ParameterizedTest
    @MethodSource("ownImages")
    void imagesAreBuiltAfterTheFirst(String name) {
        assertThat(COMPOSE.service("topics").at("/build/args/SERVICE").asString())
                .isEqualTo("gateway-service");
        if (!name.equals("topics") && !name.equals("varnish")) {
            assertThat(COMPOSE.service(name).path("depends_on").propertyNames()).contains("topics");
        }
    }

    @Test
    void publishesOnTheLoopbackAddressOnly() {
        List<JsonNode> published = COMPOSE.names().stream()
                .flatMap(name -> COMPOSE.service(name).path("ports").values().stream())
                .toList();
        assertThat(published)
                .isNotEmpty()
                .allSatisfy(
                        port -> assertThat(port.path("host_ip").asString("")).isEqualTo("127.0.0.1"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void healthCheckUsesReadiness(ServiceModule module) {
        assertThat(words(COMPOSE.service(module.name()).path("healthcheck").path("test")))
                .startsWith("CMD")
                .contains("http://127.0.0.1:" + module.managementPort() + "/actuator/health/readiness");
    }

    /** A health check whose program is missing never succeeds, so {@code docker compose up --wait} would fail. */
    @ParameterizedTest
    @MethodSource("running")
    void healthCheckProgramIsInTheImage(String name) {
        List<String> test = words(COMPOSE.service(name).path("healthcheck").path("test"));
        String image = COMPOSE.service(name).path("image").asString().replaceFirst(":.*", "");
        assertThat(test).startsWith("CMD", PROGRAMS.getOrDefault(image, "health"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void startsAfterTheTopicsExist(ServiceModule module) {
        assertThat(COMPOSE.service(module.name())
                        .at("/depends_on/topics/condition")
                        .asString())
                .isEqualTo("service_completed_successfully");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void gracePeriodExceedsTheShutdownTimeout(ServiceModule module) {
        Duration grace = DurationStyle.SIMPLE.parse(COMPOSE.service(module.name())
                .path("stop_grace_period")
                .asString()
                .replace("1m0s", "60s"));
        assertThat(grace).isGreaterThan(module.shutdownTimeout());
    }

    @ParameterizedTest
    @MethodSource("ownImages")
    void ownImagesAreRestrictedAndBounded(String name) {
        JsonNode service = COMPOSE.service(name);
        assertThat(service.path("read_only").asBoolean()).isTrue();
        // Docker mounts a tmpfs with noexec by default. Native libraries are extracted there, and loaded.
        assertThat(words(service.path("tmpfs"))).containsExactly("/tmp:exec");
        assertThat(words(service.path("cap_drop"))).containsExactly("ALL");
        assertThat(words(service.path("security_opt"))).containsExactly("no-new-privileges:true");
        assertThat(service.path("mem_limit").asLong(0)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("ownImages")
    void ownImagesAreBuiltFromTheModuleOfTheirName(String name) {
        JsonNode service = COMPOSE.service(name);
        if (service.has("build")) {
            JsonNode build = service.path("build");
            String image = name.equals("topics") ? "gateway-service" : name;
            assertThat(service.path("image").asString()).isEqualTo("parley/" + image);
            assertThat(build.at("/args/SERVICE").asString(build.path("target").asString("")))
                    .isEqualTo(image);
        }
    }

    @Test
    void serverVersionsEqualTheTestedOnes() {
        PinnedVersions versions = PinnedVersions.of(CHECKOUT);
        assertThat(COMPOSE.service("kafka").path("image").asString())
                .isEqualTo("apache/kafka:" + versions.get("kafka.version"));
        assertThat(COMPOSE.service("dynamodb-local").path("image").asString())
                .isEqualTo("amazon/dynamodb-local:" + versions.get("dynamodb-local.version"));
    }

    private static List<String> words(JsonNode array) {
        return array.values().stream().map(JsonNode::asString).collect(Collectors.toList());
    }
}
