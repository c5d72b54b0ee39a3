package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

    private static List<String> options(String service) {
        return CHECKOUT.text(service + "/src/main/jvm/jvm.options")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
