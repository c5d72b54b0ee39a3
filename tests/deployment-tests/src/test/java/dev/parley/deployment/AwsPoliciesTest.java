package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The policies for AWS allow the calls that the code makes, and no other. */
final class AwsPoliciesTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String TABLE =
            "libs/conversation-store/src/main/java/dev/parley/conversations/ConversationTable.java";
    private static final Pattern CALL = Pattern.compile("\\bdynamoDb\\s*\\.([a-z]\\w+)\\(");

    /** Operators run it, with rights of their own. */
    private static final String COMPARISON =
            "libs/conversation-store/src/main/java/dev/parley/conversations/TableComparison.java";

    @Test
    void theGatewayReads() {
        assertThat(allowed("gateway-service"))
                .isEqualTo(calls(file -> file.startsWith("libs/conversation-store/src/main/")
                        && !file.equals(TABLE)
                        && !file.equals(COMPARISON)))
                .isNotEmpty();
    }

    /** It also reads conversations, to update them. */
    @Test
    void theWorkerStoresAndMakesTheTable() {
        assertThat(allowed("persistence-worker"))
                .isEqualTo(calls(file -> file.startsWith("persistence-worker/src/main/") || file.equals(TABLE)))
                .isNotEmpty();
    }

    private static Set<String> allowed(String service) {
        return JsonMapper.shared()
                .readTree(CHECKOUT.text("docs/operations/iam/" + service + ".json"))
                .path("Statement")
                .values()
                .stream()
                .flatMap(statement -> statement.path("Action").values().stream())
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }

    private static Set<String> calls(Predicate<String> files) {
        return CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".java") && files.test(file))
                .flatMap(file -> CALL.matcher(CHECKOUT.text(file)).results())
                .map(found -> action(found.group(1).replaceFirst("Paginator$", "")))
                .collect(Collectors.toSet());
    }

    /** A statement is allowed by what it does; the only ones insert. */
    private static String action(String method) {
        return "dynamodb:"
                + (method.equals("batchExecuteStatement")
                        ? "PartiQLInsert"
                        : method.substring(0, 1).toUpperCase(Locale.ROOT) + method.substring(1));
    }
}
