package dev.parley.gateway.openai;

import dev.parley.gateway.request.RequestJson;
import dev.parley.messages.InvalidToolInput;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the messages. System and developer messages become the {@code system} field, or messages of the user if they are
 * last and follow an answer, or if no other message has content; consecutive tool results become one user message, as the
 * Messages API requires. Neither a first message of the user nor definitions of the tools of earlier calls are added: the API
 * requires them no longer (platform.claude.com, "Release notes", 8 October 2024 and 27 February 2025).
 */
final class Messages {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> SYSTEM = Set.of("system", "developer");

    private final ObjectNode claude;
    private final ArrayNode translated = JSON.createArrayNode();
    private final ToolCallIds callIds = new ToolCallIds();
    private @Nullable ArrayNode toolResults;
    private @Nullable JsonNode system;

    private final Leniency leniency;

    private Messages(ObjectNode claude, Leniency leniency) {
        this.claude = claude;
        this.leniency = leniency;
    }

    /**
     * Sets {@code system} and {@code messages} of the Messages request.
     *
     * @param prefill whether the model continues a last message of the assistant
     */
    static void translate(Field messages, boolean prefill, ObjectNode claude, Leniency leniency) {
        Messages translation = new Messages(claude, leniency);
        var items = messages.items();
        if (items.isEmpty()) {
            throw new InvalidParameterException(messages.path(), "empty_array", "at least one message is required.");
        }
        int last = items.size();
        while (last > 0 && isSystem(items.get(last - 1))) {
            last--;
        }
        items.subList(0, last).forEach(translation::add);
        List<Field> instructions = items.subList(last, items.size());
        if (!translation.endsWith("assistant")) {
            instructions.forEach(translation::add);
        } else if (items.get(last - 1).at("role").text().equals("user")) {
            // Claude would continue the earlier answer.
            throw messages.invalid("the last message has no content.");
        } else {
            // Also here: in the system field they would leave the answer last.
            instructions.forEach(
                    message -> translation.addUnlessBlank("user", ContentParts.texts(message.at("content"))));
        }
        if (translation.translated.isEmpty() && translation.system != null) {
            // Semantic Kernel sends a prompt so. Claude requires a message.
            translation.addUnlessBlank("user", translation.system);
            translation.system = null;
        }
        if (translation.translated.isEmpty()) {
            throw messages.invalid("at least one message with content is required.");
        }
        if (translation.endsWith("assistant") && !prefill) {
            translation.askToContinue(items.get(last - 1));
        }
        translation.finish();
    }

    private static boolean isSystem(Field message) {
        return SYSTEM.contains(message.at("role").text());
    }

    /**
     * Whether the last answer in the translated messages calls a tool. With {@code thinking.type} {@code enabled} Claude then
     * requires the thinking before the call, which the messages of OpenAI's API cannot have (platform.claude.com, "Thinking").
     */
    static boolean lastAnswerCallsATool(ObjectNode claude) {
        JsonNode messages = claude.path("messages");
        int last = messages.size() - 1;
        while (last >= 0 && !messages.path(last).path("role").stringValue("").equals("assistant")) {
            last--;
        }
        return messages.path(last)
                .path("content")
                .valueStream()
                .anyMatch(block -> block.path("type").stringValue("").equals("tool_use"));
    }

    private boolean endsWith(String role) {
        return translated
                .path(translated.size() - 1)
                .path("role")
                .stringValue("")
                .equals(role);
    }

    private void add(Field message) {
        String role = message.at("role").text();
        if (!role.equals("tool")) {
            toolResults = null;
        }
        switch (role) {
            case "system", "developer" -> addSystem(ContentParts.texts(message.at("content")));
            case "user" -> addUnlessBlank(role, ContentParts.all(message.at("content"), leniency));
            case "assistant" -> addAssistant(message);
            case "tool" -> addToolResult(message);
            default -> throw message.at("role").invalid("must be system, developer, user, assistant or tool.");
        }
    }

    private void addSystem(JsonNode content) {
        if (content.isString() && content.stringValue().isBlank()) {
            return;
        }
        if (system == null) {
            system = content;
            return;
        }
        ArrayNode all = blocks(system);
        all.addAll(blocks(content));
        system = all;
    }

    private static ArrayNode blocks(JsonNode content) {
        if (content instanceof ArrayNode array) {
            return array;
        }
        ArrayNode blocks = JSON.createArrayNode();
        ContentParts.addText(blocks, content.stringValue(""));
        return blocks;
    }

    /** Adds text, or else the refusal, and tool calls of the assistant. */
    private void addAssistant(Field message) {
        if (!message.at("function_call").absent()) {
            throw message.at("function_call").unsupported("Functions have become tools: use tool_calls.");
        }
        Field content = message.at("content");
        JsonNode translation = content.absent() ? JSON.createArrayNode() : ContentParts.texts(content);
        if (isBlank(translation)) {
            translation = JSON.getNodeFactory().stringNode(message.at("refusal").textOr(""));
        }
        Field calls = message.at("tool_calls");
        if (!calls.absent() && !calls.items().isEmpty()) {
            ArrayNode blocks = blocks(translation);
            callIds.beginAnswer();
            calls.items().forEach(call -> blocks.add(toolUse(call)));
            translation = blocks;
        }
        addUnlessBlank("assistant", translation);
    }

    /** Claude rejects a message without content, which clients repeat in each later request. */
    private void addUnlessBlank(String role, JsonNode content) {
        if (!isBlank(content)) {
            translated.addObject().put("role", role).set("content", content);
        }
    }

    private static boolean isBlank(JsonNode content) {
        return content.isArray() ? content.isEmpty() : content.stringValue("").isBlank();
    }

    private ObjectNode toolUse(Field call) {
        if (!call.at("type").textOr("function").equals("function")) {
            throw call.at("type").unsupported("Only functions can be called.");
        }
        Field function = call.at("function");
        ObjectNode block = JSON.createObjectNode()
                .put("type", "tool_use")
                .put("id", callIds.ofCall(call.at("id")))
                .put("name", function.at("name").text());
        block.set("input", arguments(function.at("arguments")));
        return block;
    }

    /** OpenAI's API accepts arguments that are no JSON, and clients repeat those that the token limit has cut in each later request. */
    private static ObjectNode arguments(Field arguments) {
        String text = arguments.textOr("");
        return text.isBlank()
                ? JSON.createObjectNode()
                : RequestJson.toolInput(text).orElseGet(() -> InvalidToolInput.of(text));
    }

    private void addToolResult(Field message) {
        if (toolResults == null) {
            toolResults = translated.addObject().put("role", "user").putArray("content");
        }
        ObjectNode result = toolResults
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", callIds.ofResult(message.at("tool_call_id")));
        JsonNode content = ContentParts.all(message.at("content"), leniency);
        if (!isBlank(content)) {
            result.set("content", content);
        }
    }

    /** Models since 4.6 refuse a request that ends with an answer, as those of agents may (platform.claude.com, "Migration guide"). */
    private void askToContinue(Field last) {
        leniency.ignore(
                new Field("prefill", last.value()),
                last.unsupported("This model does not continue a last message of the assistant."));
        translated.addObject().put("role", "user").put("content", "Continue.");
    }

    /** Claude rejects a prefill that ends in white space. */
    private void stripPrefill() {
        if (!endsWith("assistant") || !(translated.get(translated.size() - 1) instanceof ObjectNode prefill)) {
            return;
        }
        JsonNode content = prefill.path("content");
        if (content.isString()) {
            prefill.put("content", content.stringValue().stripTrailing());
        } else if (content.path(content.size() - 1) instanceof ObjectNode block && block.has("text")) {
            block.put("text", block.path("text").stringValue("").stripTrailing());
        }
    }

    private void finish() {
        stripPrefill();
        if (system != null && !(system.isArray() && system.isEmpty())) {
            claude.set("system", system);
        }
        claude.set("messages", translated);
    }
}
