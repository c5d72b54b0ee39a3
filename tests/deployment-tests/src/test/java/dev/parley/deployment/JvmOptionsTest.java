package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JVM options of a service are in one file, because an AOT cache is valid only for the options of its training. */
final class JvmOptionsTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<String> SERVICES =
            ServiceModule.all(CHECKOUT).stream().map(ServiceModule::name).toList();

    private static final String SERVICES_OF_LOCAL_STACK =
            "tools/local-stack/src/main/java/dev/parley/localstack/servers/Service.java";

    /** Options that invalidate an AOT cache, or that belong to the options file only. */
    private static final Pattern FIXED_OPTION =
            Pattern.compile("-XX:\\+Use\\w+|--enable-native-access|--sun-misc-unsafe-memory-access|TieredStopAtLevel");

    @Test
    void everyServiceHasAnOptionsFile() {
        assertThat(SERVICES)
                .hasSize(4)
                .allSatisfy(service -> assertThat(options(service))
                        .filteredOn(option -> option.matches("-XX:\\+Use\\w+GC"))
                        .as("the collector of " + service)
                        .hasSize(1));
    }

    /** The heap is a share of the memory of a container, see {@link MemoryTest}. */
    @Test
    void optionsFilesSetNeitherTheSizeOfTheHeapNorTheCache() {
        assertThat(SERVICES)
                .flatExtracting(JvmOptionsTest::options)
                .noneMatch(option -> option.matches("-Xm[sx].*|-XX:(Min|Initial)RAM.*|-XX:MaxRAM=.*|-XX:AOT.*"));
    }

    @Test
    void imagesUseTheOptionsFile() {
        assertThat(CHECKOUT.text("Dockerfile"))
                .contains("ENTRYPOINT [\"java\", \"@jvm.options\"", "src/main/jvm/jvm.options");
    }

    @Test
    void noOtherFileSetsTheseOptions() {
        Stream<String> places = CHECKOUT.files().stream()
                .filter(file -> file.equals("Dockerfile")
                        || file.equals("docker-compose.yml")
                        || file.startsWith("k8s/")
                        || file.equals(SERVICES_OF_LOCAL_STACK));
        assertThat(CHECKOUT.files()).contains(SERVICES_OF_LOCAL_STACK);
        assertThat(places)
                .allSatisfy(file -> assertThat(
                                FIXED_OPTION.matcher(CHECKOUT.text(file)).results())
                        .as(file)
                        .isEmpty());
    }

    static Stream<Arguments> everywhere() {
        return Manifests.all(CHECKOUT).stream()
                .flatMap(overlay -> SERVICES.stream().map(service -> Arguments.of(overlay, service)));
    }

    /** A JVM without a CPU limit sees all processors of its node, and has an event loop for each. */
    @ParameterizedTest
    @MethodSource("everywhere")
    void theNodeDoesNotDecideHowManyThreadsAPodHas(Manifests overlay, String service) {
        Workload workload = overlay.workload(service);
        assertThat(workload.container().getResources().getLimits()).doesNotContainKey("cpu");
        assertThat(workload.sharedConfigMaps())
                .anySatisfy(map -> assertThat(overlay.one(ConfigMap.class, map).getData())
                        .hasEntrySatisfying(
                                "JAVA_TOOL_OPTIONS",
                                options -> assertThat(options).matches("-XX:ActiveProcessorCount=\\d+")));
    }

    private static List<String> options(String service) {
        return CHECKOUT.text(service + "/src/main/jvm/jvm.options")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
