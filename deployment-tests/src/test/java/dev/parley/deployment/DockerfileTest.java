package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.source.Checkout;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One Dockerfile makes every image. */
final class DockerfileTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String TEXT = CHECKOUT.text("Dockerfile");

    @Test
    void mavenBuildsEveryModuleThatBecomesAnImage() {
        Compose compose = Compose.of(CHECKOUT);
        List<String> images = compose.names().stream()
                .filter(name -> compose.service(name).has("build"))
                .toList();
        Matcher projects = Pattern.compile("--projects (\\S+)").matcher(TEXT);
        assertThat(projects.find()).isTrue();
        assertThat(projects.group(1).split(",")).containsExactlyInAnyOrderElementsOf(images);
    }

    @Test
    void everyModuleThatBecomesAnImageMakesAnExecutableJar() {
        Compose compose = Compose.of(CHECKOUT);
        assertThat(compose.names())
                .filteredOn(name -> compose.service(name).has("build"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(CHECKOUT.text(name + "/pom.xml"))
                        .contains("<artifactId>spring-boot-maven-plugin</artifactId>"));
    }

    @Test
    void processIsNotRootAndGetsSignalsItself() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("USER "))).containsExactly("USER 10001:10001");
        assertThat(TEXT.lines().filter(line -> line.startsWith("ENTRYPOINT ")))
                .singleElement()
                .asString()
                .startsWith("ENTRYPOINT [\"java\"");
    }

    @Test
    void baseImagesCanBeReplaced() {
        assertThat(TEXT.lines().filter(line -> line.startsWith("FROM ")))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).matches("FROM \\$\\{(MAVEN|JRE)_IMAGE}( AS \\w+)?"));
    }
}
