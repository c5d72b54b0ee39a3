package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.Container;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One Dockerfile builds every image. */
final class DockerfileTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String TEXT = CHECKOUT.text("Dockerfile");

    @Test
    void mavenBuildsTheModuleOfEveryImage() {
        Matcher projects = Pattern.compile("--projects (\\S+)").matcher(TEXT);
        assertThat(projects.find()).isTrue();
        assertThat(projects.group(1).split(","))
                .extracting(module -> module.replaceFirst("^:", ""))
                .filteredOn(module -> !module.equals("local-stack"))
                .containsExactlyInAnyOrderElementsOf(modules());
    }

    /** The modules of the images with Java. */
    private static List<String> modules() {
        Compose compose = Compose.of(CHECKOUT);
        Stream<String> composed = compose.names().stream()
                .filter(name -> compose.service(name).has("build")
                        && !Set.of("varnish", "topics").contains(name));
        // Their images are for Kubernetes only.
        return Stream.concat(composed, Stream.of("experiment", "replay")).toList();
    }

    /** A service cannot use an AOT cache that was trained with another class path. */
    @Test
    void cachesAreTrainedInTheImageOfTheService() {
        assertThat(TEXT)
                .contains("FROM java AS training", "dev.parley.localstack.cli.Parley train")
                .contains("COPY --from=training /trained/${SERVICE}/ ./")
                .contains("ENTRYPOINT [\"java\", \"@jvm.options\", \"-XX:AOTCache=app.aot\"");
        assertThat(ServiceModule.all(CHECKOUT))
                .allSatisfy(module -> assertThat(TEXT).containsPattern("for service in [a-z -]*" + module.name()));
    }

    @Test
    void theModuleOfEveryImageBuildsARunnableJar() {
        assertThat(ServiceModule.all(CHECKOUT))
                .allSatisfy(module -> assertThat(CHECKOUT.text(module.name() + "/pom.xml"))
                        .contains("<artifactId>spring-boot-maven-plugin</artifactId>"));
        assertThat(CHECKOUT.text("pom.xml")).contains("-app.jar</outputFile>");
        assertThat(List.of("claude-simulator", "pulse"))
                .allSatisfy(tool -> assertThat(CHECKOUT.text("tools/" + tool + "/pom.xml"))
                        .contains("<artifactId>maven-shade-plugin</artifactId>", "<start-class>"));
    }

    @Test
    void processIsNotRootAndReceivesSignals() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("USER ")))
                .containsOnly("USER 10001:10001")
                .hasSize(2);
        assertThat(TEXT.lines().filter(line -> line.startsWith("ENTRYPOINT ")))
                .hasSize(3)
                .allMatch(line -> line.matches("ENTRYPOINT \\[\"(java|follow-gateway\", \"varnishd)\".*"));
    }

    /** {@code exec} omits the entry point, with its options. */
    @Test
    void aCommandInAPodNamesItsHeap() {
        Matcher heap = Pattern.compile(
                        "AS runtime\n.*?ENTRYPOINT \\[\"java\", \"(-XX:MaxRAMPercentage=\\d+)\"", Pattern.DOTALL)
                .matcher(TEXT);
        assertThat(heap.find()).isTrue();
        List<String> commands = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".md"))
                .flatMap(file -> CHECKOUT.text(file).lines())
                .filter(line -> line.matches(".* exec .* -- java .*"))
                .toList();
        assertThat(commands)
                .filteredOn(command -> command.contains(" -jar "))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command).contains(" -- java " + heap.group(1) + " -jar "));
        assertThat(commands)
                .as("beside the program of a pod")
                .filteredOn(command -> !command.contains(" -jar "))
                .isNotEmpty()
                .allMatch(command -> command.matches(".* -- java -XX:MaxRAMPercentage=\\d+ .*"));
    }

    /** The compose file runs it by name. */
    @Test
    void everyImageHasTheHealthCheck() {
        assertThat(TEXT).contains("AS runtime\nWORKDIR /app\nCOPY --chmod=0755 docker/health /usr/local/bin/\n");
        assertThat(TEXT)
                .contains("AS varnish\n")
                .contains("COPY --chmod=0755 docker/health edge/container/follow-gateway"
                        + " edge/container/finish-streams /usr/local/bin/\n"
                        + "USER 10001:10001\nENTRYPOINT [");
        assertThat(CHECKOUT.path("docker/health")).isExecutable();
    }

    /** With a umask of 027 or 077 at the checkout, they would not be for the user of the image. */
    @Test
    void theUserCanReadTheFilesOfTheCheckout() {
        assertThat(TEXT.lines()
                        .filter(line -> line.startsWith("COPY ") && !line.equals("COPY . ."))
                        .filter(line -> !line.contains("--from=") || line.contains("/src/")))
                .hasSize(4)
                .allMatch(
                        line -> line.contains(line.contains("/usr/local/bin/") ? " --chmod=0755 " : " --chmod=0644 "));
    }

    /** The version of the modules, which is also the tag in all overlays. */
    @Test
    void everyImageStatesItsVersion() {
        Matcher version = Pattern.compile("<artifactId>parley</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(CHECKOUT.text("pom.xml"));
        assertThat(version.find()).isTrue();
        assertThat(version.group(1)).doesNotContain("SNAPSHOT");
        assertThat(TEXT).contains("ARG VERSION=" + version.group(1) + "\n");
        assertThat(TEXT.lines().filter(line -> line.startsWith("LABEL org.opencontainers.image.title=")))
                .hasSize(6)
                .allMatch(line -> line.contains("org.opencontainers.image.version=${VERSION}"));
        assertThat(Manifests.documented(CHECKOUT).workloads())
                .isNotEmpty()
                .allSatisfy(workload -> assertThat(workload.container().getImage())
                        .isEqualTo("parley/" + workload.name() + ":" + version.group(1)));
        assertThat(Manifests.all(CHECKOUT))
                .hasSizeGreaterThan(4)
                .allSatisfy(overlay -> assertThat(overlay.workloads().stream()
                                .flatMap(workload -> workload.containers().stream())
                                .map(Container::getImage)
                                .filter(image -> image.startsWith("parley/")))
                        .as("the images of " + overlay)
                        .isNotEmpty()
                        .allMatch(image -> image.endsWith(":" + version.group(1))));
    }

    @Test
    void everyImageWithJavaHasItsBillOfMaterials() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("COPY --from=build ") && line.endsWith(" sbom.json")))
                .hasSize(5)
                .allMatch(line -> line.contains("/target/classes/META-INF/sbom/application.cdx.json"));
        assertThat(TEXT).contains("-Dcyclonedx.skip=false");
        assertThat(modules())
                .extracting(name -> CHECKOUT.has(name + "/pom.xml") ? name : "tools/" + name)
                .allSatisfy(module -> assertThat(CHECKOUT.text(module + "/pom.xml"))
                        .contains("<artifactId>cyclonedx-maven-plugin</artifactId>"));
    }

    @Test
    void baseImagesCanBeReplaced() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("FROM ")))
                .hasSize(12)
                .allSatisfy(
                        line -> assertThat(line).matches("FROM (\\$\\{(MAVEN|DEBIAN)_IMAGE}|java|runtime) AS [a-z-]+"));
    }
}
