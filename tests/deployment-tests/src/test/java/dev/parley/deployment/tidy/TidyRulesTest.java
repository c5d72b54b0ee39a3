package dev.parley.deployment.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the rules of {@link TidyTest}. */
final class TidyRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "final class Topic" + "Manager {}",
                "record Turn" + "Info(int a) {}",
                "interface A { enum Key" + "Util {} }",
                "package dev.parley.common;",
                "package dev.parley.util.text;",
                "import org.mockito.Mockito;",
                "import static org.mockito.Mockito.when;",
                "import java.util.Date;",
                "import com.fasterxml.jackson.databind.ObjectMapper;",
                "import sun.misc.Unsafe;"
            })
    void reportsJavaViolations(String text) {
        assertThat(JavaRules.violations(new JavaSource("A.java", text))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "record Metadata() {}",
                "final class Database {}",
                "package dev.parley.database;",
                "import com.fasterxml.jackson.annotation.JsonValue;",
                "import java.util.Dates;",
                "import sunny.Day;"
            })
    void acceptsOtherJava(String text) {
        assertThat(JavaRules.violations(new JavaSource("A.java", text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"    /** ", "     * ", "// "})
    void reportsLongComments(String start) {
        String longest = start + "a".repeat(140 - start.length());
        assertThat(JavaRules.violations(new JavaSource("A.java", longest + "\n")))
                .isEmpty();
        assertThat(JavaRules.violations(new JavaSource("A.java", longest + "a\n")))
                .hasSize(1);
    }

    @Test
    void reportsTypesOfOneName() {
        List<String> paths = List.of(
                "a/x/Topic.java",
                "a/x/package-info.java",
                "b/x/WarmUp.java",
                "b/y/Topic.java",
                "b/y/package-info.java");
        assertThat(JavaRules.repeatedNames(paths, Set.of("WarmUp")))
                .containsExactly(
                        "Topic has several meanings; give all of these but one a more exact name: a/x/Topic.java, b/y/Topic.java",
                        "WarmUp is in one module only; it needs no exception");
        assertThat(JavaRules.repeatedNames(paths, Set.of("Topic"))).isEmpty();
    }

    @Test
    void reportsRegistriesAndLocalPaths() {
        assertThat(TextRules.addresses("a", "https://registry." + "npmjs.org/x"))
                .hasSize(1);
        assertThat(TextRules.addresses("a", "https://repo." + "maven.apache.org/maven2"))
                .hasSize(1);
        assertThat(TextRules.addresses("a", "/usr/lib/jvm/" + "temurin-25")).hasSize(1);
        assertThat(TextRules.addresses("a", "cd /wor" + "k/main")).hasSize(1);
        assertThat(TextRules.addresses("a", "xmlns=\"http://maven.apache.org/POM/4.0.0\" /root/.m2"))
                .isEmpty();
    }

    @Test
    void reportsDeadLinks() {
        Checkout checkout = Checkout.here();
        String text = "[a](../pom.xml) [b](missing.md#there) [c](https://example.com) `[e](code.md)`";
        assertThat(TextRules.deadLinks(checkout, "docs/x.md", text))
                .containsExactly("docs/x.md: the link to missing.md#there leads nowhere");
    }

    @ParameterizedTest
    @CsvSource({
        "#what-events_are, true",
        "#code-and-a-link, true",
        "#costs--limits, true",
        "#Costs--limits, false",
        "#a-comment, false",
        "#missing, false",
        "../README.md#two-commands, true",
        "../README.md#three-commands, false"
    })
    void aLinkNeedsAHeadingWithItsAnchor(String link, boolean leads) {
        String text = """
                # What events_are?
                ## `Code` and [a link](../README.md)
                ### Costs & limits
                ```
                # a comment
                ```
                [here](%s)
                """.formatted(link);
        assertThat(TextRules.deadLinks(Checkout.here(), "docs/x.md", text)).hasSize(leads ? 0 : 1);
    }
}
