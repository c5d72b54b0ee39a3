package dev.parley.simulator.request;

import static dev.parley.simulator.request.Question.string;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signatures of thinking blocks, which bind them to their model and to the system prompt, the tools and the messages before them
 * (platform.claude.com, "Preserved thinking"). Marks for the prompt cache do not count. A model ignores the blocks of others.
 */
final class PreservedThinking {
    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
    private static final int MODEL_DIGITS = 16;

    private PreservedThinking() {}

    /** The signature of the thinking before the answer to a request. */
    static String signature(ModelCatalog.Model model, ObjectNode body) {
        return signature(model, body, body.path("messages").size());
    }

    private static String signature(ModelCatalog.Model model, ObjectNode body, int messages) {
        ObjectNode prefix = body.deepCopy().retain(List.of("system", "tools", "messages"));
        inBlocks(prefix, "system");
        if (prefix.path("messages") instanceof ArrayNode left) {
            while (left.size() > messages) {
                left.remove(left.size() - 1);
            }
            left.forEach(message -> inBlocks((ObjectNode) message, "content"));
        }
        prefix.findParents("cache_control").forEach(marked -> ((ObjectNode) marked).remove("cache_control"));
        return ofModel(model) + hash(SORTED.writeValueAsString(prefix));
    }

    /** A text as the block that it stands for. */
    private static void inBlocks(ObjectNode parent, String name) {
        parent.path(name)
                .stringValueOpt()
                .ifPresent(text ->
                        parent.putArray(name).addObject().put("type", "text").put("text", text));
    }

    /** The first error: a block of this model that something else is before than when the model made it. */
    static Optional<String> error(ModelCatalog.Model model, ObjectNode body) {
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode content = messages.path(i).path("content");
            for (int k = 0; k < content.size(); k++) {
                String signature = string(content.path(k), "signature");
                if (signature.startsWith(ofModel(model)) && !signature.equals(signature(model, body, i))) {
                    return Optional.of("messages." + i + ".content." + k + ": Invalid `signature` in `thinking` block. "
                            + "The block is bound to a different conversation. Remove the block, or set "
                            + "`thinking.block_binding.prefix_mismatch_behavior` to \"drop_block\".");
                }
            }
        }
        return Optional.empty();
    }

    private static String ofModel(ModelCatalog.Model model) {
        return "Eq" + hash(model.id()).substring(0, MODEL_DIGITS);
    }

    private static String hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(UTF_8)).toString().replace("-", "");
    }
}
