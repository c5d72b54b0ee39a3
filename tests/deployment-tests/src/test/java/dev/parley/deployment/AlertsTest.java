package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Selectors;
import dev.parley.deployment.source.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Prometheus accepts the rules; each alert fires when it should and only then, and has a section that explains it. */
final class AlertsTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final List<String> COMPONENTS = List.of("monitoring", "edge-alerts");
    private static final String RUNBOOK = "docs/operations/alerts.md";
    private static final List<String> TESTS = List.of("alerts.test.yaml", "days.test.yaml");

    /** The text of each section, by its title. */
    private static final Map<String, String> SECTIONS = Stream.of(
                    CHECKOUT.text(RUNBOOK).split("(?m)^#{2,3} "))
            .collect(Collectors.toMap(text -> text.lines().findFirst().orElse(""), text -> text));

    @TempDir
    private static Path directory;

    @BeforeAll
    static void extractTheRuleFiles() throws IOException {
        for (String component : COMPONENTS) {
            Files.writeString(directory.resolve(component + ".yaml"), ruleFile(source(component)));
        }
    }

    private static String source(String component) {
        return CHECKOUT.text("k8s/components/" + component + "/rules.yaml");
    }

    /** The spec, which is a rule file of Prometheus. */
    private static String ruleFile(String source) {
        return source.substring(source.indexOf("\nspec:\n") + "\nspec:\n".length())
                .replaceAll("(?m)^ {2}", "");
    }

    static List<JsonNode> alerts() {
        return COMPONENTS.stream().flatMap(AlertsTest::alertsOf).toList();
    }

    static Stream<JsonNode> alertsOf(String component) {
        return rulesOf(component).filter(rule -> rule.has("alert"));
    }

    private static Stream<JsonNode> rulesOf(String component) {
        return YAML.readTree(source(component)).at("/spec/groups").values().stream()
                .flatMap(group -> group.path("rules").values().stream());
    }

    static List<String> components() {
        return COMPONENTS;
    }

    @ParameterizedTest
    @MethodSource("components")
    void prometheusAcceptsTheRules(String component) {
        assertThat(Tool.PROMTOOL.run(directory, "check", "rules", component + ".yaml"))
                .contains("SUCCESS");
    }

    /** Other releases, and other clusters of Kafka, export the same series to the same Prometheus. */
    @ParameterizedTest
    @MethodSource("components")
    void rulesAreAboutTheirNamespaceOnly(String component) {
        assertThat(rulesOf(component)).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.at("/labels/namespace").asString()).isEqualTo("parley");
            assertThat(Selectors.of(rule.path("expr").asString()))
                    .isNotEmpty()
                    .allMatch(selector -> selector.matches(".*\\{(resource_|exported_)?namespace=\"parley\".*"));
        });
    }

    @Test
    void promtoolWouldFindAMistake() throws IOException {
        Files.writeString(
                directory.resolve("wrong.yaml"), ruleFile(source("monitoring")).replace("for: 5m", "for: five"));
        assertThat(Tool.PROMTOOL
                        .outcome(directory, "", "check", "rules", "wrong.yaml")
                        .exit())
                .isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alerts.test.yaml", "days.test.yaml"})
    void alertsFireInTheFaultOnly(String test) throws IOException {
        Files.writeString(directory.resolve(test), text(test));
        assertThat(Tool.PROMTOOL.run(directory, "test", "rules", test)).contains("SUCCESS");
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void eachAlertIsTestedFiringAndSilent(JsonNode alert) {
        String expression =
                "count(ALERTS{alertname=\"" + alert.path("alert").asString() + "\", alertstate=\"firing\"})";
        List<JsonNode> checks = TESTS.stream()
                .flatMap(test -> YAML.readTree(text(test)).path("tests").values().stream())
                .flatMap(test -> test.path("promql_expr_test").values().stream())
                .filter(check -> check.path("expr").asString().equals(expression))
                .toList();
        assertThat(checks).anyMatch(check -> check.path("exp_samples").isEmpty());
        assertThat(checks).anyMatch(check -> !check.path("exp_samples").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void eachAlertIsExplained(JsonNode alert) {
        String name = alert.path("alert").asString();
        assertThat(alert.at("/labels/severity").asString()).isIn("critical", "warning");
        assertThat(alert.at("/annotations/summary").asString()).isNotBlank();
        assertThat(alert.at("/annotations/description").asString()).endsWith(".");
        assertThat(alert.at("/annotations/runbook_url").asString())
                .isEqualTo(RUNBOOK + "#" + name.toLowerCase(Locale.ROOT));
        assertThat(SECTIONS).containsKey(name);
        assertThat(SECTIONS.get(name))
                .contains("- **Meaning:** ", "- **Users see:** ", "- **Look at:** ", "- **Do:** ");
    }

    @Test
    void everySectionIsOfAnAlert() {
        assertThat(SECTIONS.keySet().stream().filter(title -> title.startsWith("Parley")))
                .isNotEmpty()
                .allSatisfy(title -> assertThat(alerts())
                        .extracting(alert -> alert.path("alert").asString())
                        .contains(title));
    }

    private static String text(String test) {
        return CHECKOUT.text("tests/deployment-tests/src/test/resources/alerts/" + test);
    }
}
