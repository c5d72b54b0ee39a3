package dev.parley.contracts.reuse;

import static java.util.function.Predicate.not;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which requests may be answered with the answer to a similar question, by their form: only text, and no parameter that can make
 * the answer depend on more than the text. What is said in it is decided by inference-service.
 */
public final class SimilarRequests {
    /** The parameters under which an answer depends on the text alone. Of a request with others, nothing is known. */
    private static final Set<String> PLAIN = Set.of(
            "model",
            "messages",
            "system",
            "max_tokens",
            "temperature",
            "top_p",
            "top_k",
            "stop_sequences",
            "stream",
            "metadata",
            "service_tier",
            "cache_control");

    /** The longest request that is copied to compute the partition, in bytes. */
    private static final int REQUEST_BYTES_MAX = 256 * 1024;

    private SimilarRequests() {}

    /** The question of a request of this size. */
    public static Optional<SimilarQuestion> question(
            SimilarMode mode,
            TenantId tenant,
            String anthropicVersion,
            String anthropicBeta,
            ObjectNode request,
            int bytes) {
        JsonNode messages = request.path("messages");
        boolean plain = mode != SimilarMode.OFF
                && bytes <= REQUEST_BYTES_MAX
                && PLAIN.containsAll(request.propertyNames())
                && messages.valueStream().allMatch(SimilarRequests::isText);
        if (!plain || messages.isEmpty()) {
            return Optional.empty();
        }
        JsonNode last = messages.path(messages.size() - 1);
        return text(last)
                .filter(text -> !text.isBlank() && text.length() <= SimilarQuestion.LENGTH_MAX)
                .map(text ->
                        new SimilarQuestion(mode, partition(tenant, anthropicVersion, anthropicBeta, request), text));
    }

    /** Whether a message is text, besides the thinking of the assistant. */
    private static boolean isText(JsonNode message) {
        JsonNode content = message.path("content");
        boolean thinks = isOf("assistant", message);
        return content.isString()
                || (content.isArray()
                        && content.valueStream()
                                .allMatch(block ->
                                        block.path("type").stringValue("").equals("text")
                                                || (thinks && !Visible.is(block))));
    }

    private static boolean isOf(String role, JsonNode message) {
        return message.path("role").stringValue("").equals(role);
    }

    /** The text of a message of the user; empty if it is of the assistant, or in several blocks. */
    private static Optional<String> text(JsonNode message) {
        JsonNode content = message.path("content");
        JsonNode text =
                content.isArray() && content.size() == 1 ? content.path(0).path("text") : content;
        return isOf("user", message) ? text.stringValueOpt() : Optional.empty();
    }

    /** The fingerprint of the request without the text of its last message, and without thinking, whose signatures are unique. */
    private static Fingerprint partition(
            TenantId tenant, String anthropicVersion, String anthropicBeta, ObjectNode request) {
        ObjectNode rest = request.deepCopy();
        JsonNode messages = rest.path("messages");
        if (messages.path(messages.size() - 1) instanceof ObjectNode last) {
            last.remove("content");
        }
        messages.forEach(message -> {
            if (message.path("content") instanceof ArrayNode content) {
                content.removeIf(not(Visible::is));
            }
        });
        return Fingerprints.of(tenant, anthropicVersion, anthropicBeta, rest, false);
    }
}
