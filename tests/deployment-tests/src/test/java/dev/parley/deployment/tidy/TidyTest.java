package dev.parley.deployment.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.source.Checkout;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks rules that no other tool checks, over all files of the checkout. */
final class TidyTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final List<String> FILES = CHECKOUT.files();

    @Test
    void javaAvoidsEmptyNamesBannedImportsAndLongComments() {
        List<JavaSource> sources = files(".java")
                .map(path -> new JavaSource(path, CHECKOUT.text(path)))
                .toList();
        assertThat(sources).hasSizeGreaterThan(50);
        assertThat(sources).flatExtracting(JavaRules::violations).isEmpty();
    }

    /** The simulator has an error of Claude's API of its own, because it shares no code with the services. */
    @Test
    void typesOfMainCodeHaveNamesOfTheirOwn() {
        assertThat(JavaRules.repeatedNames(
                        files(".java")
                                .filter(path -> path.contains("/src/main/java/"))
                                .toList(),
                        Set.of(
                                "ApiError",
                                "ClaudeSettings",
                                "KafkaConfiguration",
                                "KafkaSettings",
                                "ModelProperties",
                                "TurnConsumers",
                                "TurnListener",
                                "WarmUp")))
                .isEmpty();
    }

    @Test
    void typesOfTestCodeHaveNamesOfTheirOwn() {
        assertThat(JavaRules.repeatedNames(
                        files(".java")
                                .filter(path -> path.contains("/src/test/java/"))
                                .toList(),
                        Set.of("ArchitectureTest", "TurnConsumersTest", "TurnListenerTest", "WarmUpTest")))
                .isEmpty();
    }

    @Test
    void noFileContainsARegistryOrALocalPath() {
        assertThat(FILES.stream().filter(TextRules::isText))
                .flatExtracting(path -> TextRules.addresses(path, CHECKOUT.text(path)))
                .isEmpty();
    }

    @Test
    void markdownHasNoDeadLinks() {
        assertThat(files(".md"))
                .flatExtracting(path -> TextRules.deadLinks(CHECKOUT, path, CHECKOUT.text(path)))
                .isEmpty();
    }

    @Test
    void readmeListsEveryTopic() {
        assertThat(CHECKOUT.has("README.md")).as("README.md exists").isTrue();
        List<String> rows = CHECKOUT.text("README.md")
                .lines()
                .filter(line -> line.startsWith("|"))
                .toList();
        assertThat(Topics.all())
                .filteredOn(topic -> !topic.name().endsWith(".dead"))
                .allSatisfy(topic -> assertThat(rows)
                        .as("a row for " + topic.name())
                        .anyMatch(row -> row.contains("`" + topic.name() + "`")));
        assertThat(rows).as("a row for the dead letters").anyMatch(row -> row.contains(".dead`"));
    }

    private static Stream<String> files(String ending) {
        return FILES.stream().filter(path -> path.endsWith(ending));
    }
}
