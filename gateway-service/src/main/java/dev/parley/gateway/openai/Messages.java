package dev.parley.gateway.openai;

import dev.parley.gateway.request.RequestJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates a conversation. What the system and developers say goes before it, since Claude has one place for that; the
 * results of tools that follow each other make one message, as Claude wants them.
 */
final class Messages {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ObjectNode claude;
    private final ArrayNode translated = JSON.createArrayNode();
    private @Nullable ArrayNode toolResults;
    private @Nullable JsonNode system;

    private Messages(ObjectNode claude) {
        this.claude = claude;
    }

    /** Sets {@code system} and {@code messages} of Claude's request. */
    static void translate(Field messages, ObjectNode claude) {
        Messages translation = new Messages(claude);
        var items = messages.items();
        if (items.isEmpty()) {
            throw new RefusedException(messages.path(), "empty_array", "at least one message is required.");
        }
        items.forEach(translation::add);
        translation.finish();
    }

    private void add(Field message) {
        String role = message.at("role").text();
        if (!role.equals("tool")) {
            toolResults = null;
        }
        switch (role) {
            case "system", "developer" -> addSystem(ContentParts.texts(message.at("content")));
            case "user" ->
                translated.addObject().put("role", "user").set("content", ContentParts.all(message.at("content")));
            case "assistant" -> addAssistant(message);
            case "tool" -> addToolResult(message);
            default ->
                throw new RefusedException(
                        message.path() + ".role",
                        "invalid_value",
                        "must be system, developer, user, assistant or tool.");
        }
    }

    private void addSystem(JsonNode said) {
        if (said.isString() && said.stringValue().isEmpty()) {
            return;
        }
        if (system == null) {
            system = said;
            return;
        }
        ArrayNode all = JSON.createArrayNode();
        all.addAll(blocks(system));
        all.addAll(blocks(said));
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

    /** What the assistant said and called. One who did neither, as after a stop, is left out: Claude takes no empty message. */
    private void addAssistant(Field message) {
        if (!message.at("function_call").absent()) {
            throw message.at("function_call").unsupported("Functions have become tools: use tool_calls.");
        }
        Field content = message.at("content");
        JsonNode said = content.absent() ? JSON.createArrayNode() : ContentParts.texts(content);
        Field calls = message.at("tool_calls");
        if (!calls.absent() && !calls.items().isEmpty()) {
            ArrayNode blocks = blocks(said);
            calls.items().forEach(call -> blocks.add(toolUse(call)));
            said = blocks;
        }
        if (said.isArray() ? !said.isEmpty() : !said.stringValue("").isEmpty()) {
            translated.addObject().put("role", "assistant").set("content", said);
        }
    }

    private static ObjectNode toolUse(Field call) {
        if (!call.at("type").textOr("function").equals("function")) {
            throw call.at("type").unsupported("Only functions can be called.");
        }
        Field function = call.at("function");
        ObjectNode block = JSON.createObjectNode()
                .put("type", "tool_use")
                .put("id", call.at("id").text())
                .put("name", function.at("name").text());
        block.set("input", arguments(function.at("arguments")));
        return block;
    }

    private static ObjectNode arguments(Field arguments) {
        String text = arguments.textOr("");
        if (text.isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            if (RequestJson.parse(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            // The same as another kind of JSON: not what a tool was called with.
        }
        throw new RefusedException(arguments.path(), "invalid_value", "must be a JSON object in a string.");
    }

    private void addToolResult(Field message) {
        if (toolResults == null) {
            toolResults = translated.addObject().put("role", "user").putArray("content");
        }
        toolResults
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", message.at("tool_call_id").text())
                .set("content", ContentParts.all(message.at("content")));
    }

    private void finish() {
        if (system != null && !(system.isArray() && system.isEmpty())) {
            claude.set("system", system);
        }
        claude.set("messages", translated);
    }
}
