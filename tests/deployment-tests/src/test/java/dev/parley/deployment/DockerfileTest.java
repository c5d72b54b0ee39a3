package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One Dockerfile builds every image. */
final class DockerfileTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String TEXT = CHECKOUT.text("Dockerfile");

    @Test
    void mavenBuildsTheModuleOfEveryImage() {
        Compose compose = Compose.of(CHECKOUT);
        List<String> images = compose.names().stream()
                .filter(name -> compose.service(name).has("build") && !name.equals("varnish"))
                .toList();
        Matcher projects = Pattern.compile("--projects (\\S+)").matcher(TEXT);
        assertThat(projects.find()).isTrue();
        assertThat(projects.group(1).split(","))
                .extracting(module -> module.replaceFirst("^:", ""))
                .filteredOn(module -> !module.equals("local-stack"))
                .containsExactlyInAnyOrderElementsOf(images);
    }

    /** A service cannot use an AOT cache that was trained with another class path. */
    @Test
    void cachesAreTrainedInTheImageOfTheService() {
        assertThat(TEXT)
                .contains("FROM ${JRE_IMAGE} AS training", "dev.parley.localstack.cli.Parley train")
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
        assertThat(List.of("claude-simulator", "pulse"))
                .allSatisfy(tool ->
                        assertThat(CHECKOUT.text("tools/" + tool + "/pom.xml")).contains("-app.jar</outputFile>"));
    }

    @Test
    void processIsNotRootAndReceivesSignals() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("USER ")))
                .containsOnly("USER 10001:10001")
                .hasSize(2);
        assertThat(TEXT.lines().filter(line -> line.startsWith("ENTRYPOINT ")))
                .hasSize(3)
                .allMatch(line -> line.matches("ENTRYPOINT \\[\"(java|varnishd)\".*"));
    }

    /** The compose file runs it by name. */
    @Test
    void everyImageHasTheHealthCheck() {
        assertThat(TEXT).contains("AS runtime\nWORKDIR /app\nCOPY docker/health /usr/local/bin/\n");
        assertThat(TEXT)
                .contains("AS varnish\n")
                .contains("COPY docker/health /usr/local/bin/\nUSER 10001:10001\nENTRYPOINT [\"varnishd\"");
        assertThat(CHECKOUT.path("docker/health")).isExecutable();
    }

    @Test
    void baseImagesCanBeReplaced() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("FROM ")))
                .hasSize(8)
                .allSatisfy(
                        line -> assertThat(line).matches("FROM (\\$\\{(MAVEN|JRE|DEBIAN)_IMAGE}|runtime) AS [a-z-]+"));
    }
}
