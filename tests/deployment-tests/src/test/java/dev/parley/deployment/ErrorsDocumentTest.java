package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/errors.md contains every error message of the services. */
final class ErrorsDocumentTest {
    private static final Checkout CHECKOUT = Checkout.here();

    /** Construction of an error whose message is, or begins with, a literal. */
    private static final Pattern MESSAGE = Pattern.compile(
            "(?:ApiError(?:\\.of\\(\\s*\\d{3},|Exception\\(\\s*\\d{3},|(?:Exception)?\\.invalidRequest\\()"
                    + "|serverError\\()\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** A short message such as a field name may be anywhere on the page. */
    private static final String FIELD = "[a-z_.]+: ?";

    @Test
    void containsEveryMessage() {
        String page = CHECKOUT.text("docs/errors.md");
        Set<String> messages = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".java") && file.contains("-service/src/main/"))
                .flatMap(file -> MESSAGE.matcher(CHECKOUT.text(file)).results())
                .map(found -> found.group(1).strip())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(messages)
                .hasSizeGreaterThan(30)
                .allSatisfy(message ->
                        assertThat(page).contains(message.matches(FIELD) ? "`" + message + " " : beginning(message)));
    }

    /** Only the beginning of a message must be on the page literally. */
    private static String beginning(String message) {
        return message.length() <= 45 ? message : message.substring(0, 45).strip();
    }
}
