package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/errors.md contains every error message of the services. */
final class ErrorsDocumentTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String HEADER_NAMES =
            "gateway-service/src/main/java/dev/parley/gateway/web/response/HeaderNames.java";

    /** Construction of an error whose message is, or begins with, a literal, perhaps after the name of a header. */
    private static final Pattern MESSAGE = Pattern.compile(
            "(?:ApiError(?:\\.of\\(\\s*\\d{3},|Exception\\(\\s*\\d{3},|(?:Exception)?\\.invalidRequest\\()"
                    + "|serverError\\()\\s*(?:HeaderNames\\.(?<header>[A-Z_]+)\\s*\\+\\s*)?"
                    + "\"(?<text>(?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern HEADER = Pattern.compile("String (?<name>[A-Z_]+) = \"(?<header>[a-z-]+)\";");

    /** A short message such as a field name may be anywhere on the page. */
    private static final String FIELD = "[a-z_.-]+: ?";

    @Test
    void containsEveryMessage() {
        String page = CHECKOUT.text("docs/errors.md");
        Map<String, String> headers = HEADER.matcher(CHECKOUT.text(HEADER_NAMES))
                .results()
                .collect(Collectors.toMap(found -> found.group("name"), found -> found.group("header")));
        Set<String> messages = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".java") && file.contains("-service/src/main/"))
                .flatMap(file -> MESSAGE.matcher(CHECKOUT.text(file)).results())
                .map(found -> message(found, headers))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(messages)
                .hasSizeGreaterThan(30)
                .contains("anthropic-user-profile-id: This header is not forwarded to Claude")
                .allSatisfy(message ->
                        assertThat(page).contains(message.matches(FIELD) ? "`" + message + " " : beginning(message)));
    }

    private static String message(MatchResult found, Map<String, String> headers) {
        String header = found.group("header");
        return ((header == null ? "" : headers.get(header)) + found.group("text")).strip();
    }

    /** Only the beginning of a message must be on the page literally. */
    private static String beginning(String message) {
        return message.length() <= 45 ? message : message.substring(0, 45).strip();
    }
}
