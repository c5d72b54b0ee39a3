package dev.parley.messages;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One content block while its deltas arrive. */
final class ContentBlock {
    private final ObjectNode begun;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final StringBuilder partialJson = new StringBuilder();

    ContentBlock(ObjectNode begun) {
        this.begun = begun;
    }

    void append(JsonNode delta) {
        switch (delta.path("type").stringValue("")) {
            case "text_delta" -> append("text", delta.path("text").stringValue(""));
            case "thinking_delta" -> append("thinking", delta.path("thinking").stringValue(""));
            case "signature_delta" ->
                append("signature", delta.path("signature").stringValue(""));
            case "input_json_delta" ->
                partialJson.append(delta.path("partial_json").stringValue(""));
            case "citations_delta" -> begun.withArray("citations").add(delta.path("citation"));
            default -> {
                // A delta type of tomorrow: streaming clients get it as it is, the assembled message cannot hold it.
            }
        }
    }

    private void append(String field, String text) {
        texts.computeIfAbsent(field, name -> new StringBuilder(begun.path(name).stringValue("")))
                .append(text);
    }

    /** The block as far as it has come. A tool's input that is not yet whole JSON is left as the block began. */
    ObjectNode toJson(JsonMapper mapper) {
        ObjectNode block = begun.deepCopy();
        texts.forEach((field, text) -> block.put(field, text.toString()));
        if (!partialJson.isEmpty()) {
            try {
                block.set("input", mapper.readTree(partialJson.toString()));
            } catch (JacksonException e) {
                block.put("partial_json", partialJson.toString());
            }
        }
        return block;
    }
}
