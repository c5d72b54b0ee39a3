package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands of kubectl in the documents work in any namespace of the shell, and wait long enough. */
final class KubectlDocumentTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

    /** To the end of the line, which a backslash continues. */
    private static final Pattern COMMAND = Pattern.compile("\\bkubectl ((?:\\\\\n|[^`\n])+)");

    /** For objects without a namespace, or files that have it. */
    private static final Set<String> WITHOUT_NAMESPACE = Set.of("apply", "drain", "kustomize");

    private static final List<String> COMMANDS = CHECKOUT.files().stream()
            .filter(file -> file.endsWith(".md"))
            .flatMap(file -> CODE.matcher(CHECKOUT.text(file)).results())
            .flatMap(code -> COMMAND.matcher(code.group()).results())
            .map(command -> command.group(1))
            .toList();

    @Test
    void nameTheNamespace() {
        assertThat(COMMANDS)
                .anyMatch(command -> command.contains("create secret"))
                .filteredOn(command -> !WITHOUT_NAMESPACE.contains(command.split(" ", -1)[0]))
                .allMatch(command -> command.startsWith("-n parley "));
    }

    /** By default kubectl waits for 30 s. */
    @Test
    void waitWithALimitOfTheirOwn() {
        assertThat(COMMANDS)
                .filteredOn(command -> command.contains(" wait "))
                .isNotEmpty()
                .allMatch(command -> command.contains(" --timeout="));
    }
}
