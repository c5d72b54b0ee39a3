package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import dev.parley.deployment.source.Variable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** docs/operations.md lists every setting with its default, every port and metric; docs/events.md lists every topic. */
final class OperationsDocumentTest {
    private static final Checkout CHECKOUT = Checkout.here();
    /** Registration of a meter: its name is the first argument. */
    private static final Pattern METRIC =
            Pattern.compile("(?:builder|counter|timer|gauge|summary|record)\\(\\s*\"((?:parley|gen_ai)\\.[a-z_.]+)\"");

    private static final List<String> ROWS = CHECKOUT.text("docs/operations.md")
            .lines()
            .filter(line -> line.startsWith("|"))
            .toList();

    static Stream<ServiceModule> modules() {
        return ServiceModule.all(CHECKOUT).stream();
    }

    static Stream<Topic> topics() {
        return Topics.all().stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void listsEveryVariableWithItsDefault(ServiceModule module) {
        assertThat(module.variables().values()).allSatisfy(variable -> {
            String row = "| `" + variable.name() + "` | " + fallback(variable) + " |";
            assertThat(ROWS).as("a row that begins: " + row).anyMatch(line -> line.startsWith(row));
        });
    }

    /** Management ports differ by service, so their row refers to another table. */
    private static String fallback(Variable variable) {
        return switch (variable) {
            case Variable.Required required -> "required";
            case Variable.Optional optional when optional.name().equals("PARLEY_MANAGEMENT_PORT") -> "see above";
            case Variable.Optional optional when optional.fallback().isEmpty() -> "empty";
            case Variable.Optional optional -> "`" + optional.fallback() + "`";
        };
    }

    @ParameterizedTest
    @MethodSource("modules")
    void listsEverySettingWithItsDefault(ServiceModule module) {
        Map<String, String> settings = new TreeMap<>();
        collect("parley", module.settings().path("parley"), settings);
        assertThat(settings).isNotEmpty();
        assertThat(settings).allSatisfy((name, value) -> {
            String row = "| `" + name + "` | " + value + " |";
            assertThat(ROWS).as("a row that begins: " + row).anyMatch(line -> line.startsWith(row));
        });
    }

    /** Skips lists, and settings that a variable sets: their rows carry the name of the variable. */
    private static void collect(String prefix, JsonNode node, Map<String, String> settings) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            String name = prefix + "." + property.getKey();
            String value = property.getValue().asString("");
            if (property.getValue().isObject()) {
                collect(name, property.getValue(), settings);
            } else if (property.getValue().isValueNode() && !value.contains("${")) {
                settings.put(name, "`" + value + "`");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void listsEveryPort(ServiceModule module) {
        assertThat(module.ports())
                .allSatisfy(port -> assertThat(ROWS)
                        .anyMatch(row -> row.contains("`" + module.name() + "`") && row.contains(port.toString())));
    }

    @ParameterizedTest
    @MethodSource("topics")
    void listsEveryTopicWithItsPartitions(Topic topic) {
        assertThat(CHECKOUT.text("docs/events.md").lines())
                .anyMatch(row -> row.startsWith("| `" + topic.name() + "` | ")
                        && row.contains(" | " + topic.partitions() + " | "));
    }

    /** In production only pods may call the brokers. */
    @Test
    void runbooksWithReplayLinkToItsPod() {
        assertThat(CHECKOUT.files())
                .filteredOn(file -> file.startsWith("docs/operations") && file.endsWith(".md"))
                .filteredOn(file -> CHECKOUT.text(file).contains("./parley replay"))
                .hasSizeGreaterThan(3)
                .allMatch(file -> CHECKOUT.text(file).contains("#reading-topics"));
    }

    /** {@code ./parley rebuild} prints them, which does not run in a cluster. */
    @Test
    void namesTheVariablesOfARebuiltTable() {
        assertThat(Pattern.compile("(PARLEY_[A-Z_]+)=")
                        .matcher(
                                CHECKOUT.text("tools/local-stack/src/main/java/dev/parley/localstack/cli/Rebuild.java"))
                        .results()
                        .map(found -> found.group(1)))
                .hasSizeGreaterThan(3)
                .allSatisfy(variable -> assertThat(CHECKOUT.text("docs/operations/life-cycle.md"))
                        .contains("| `" + variable + "` |"));
    }

    @Test
    void listsEveryMetric() {
        Set<String> metrics = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".java") && file.contains("src/main/"))
                .flatMap(file -> METRIC.matcher(CHECKOUT.text(file)).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(metrics)
                .contains("parley.stage")
                .allSatisfy(metric -> assertThat(ROWS)
                        .as("a row for " + metric)
                        .anyMatch(row -> row.startsWith("| `" + metric + "` |")));
    }
}
