package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of errors has every message that the services give. */
final class ErrorsDocumentTest {
    private static final Checkout CHECKOUT = Checkout.here();

    /** An error that is made: its message is a text, or begins with one. */
    private static final Pattern MESSAGE =
            Pattern.compile("ApiError\\.(?:of\\(\\s*\\d{3},|invalidRequest\\()\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What is a word or two may be anywhere on the page: the name of a field, say. */
    private static final String FIELD = "[a-z_.]+: ?";

    @Test
    void explainsEveryMessage() {
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

    /** More of it need not be on the page word for word. */
    private static String beginning(String message) {
        return message.length() <= 45 ? message : message.substring(0, 45).strip();
    }
}
