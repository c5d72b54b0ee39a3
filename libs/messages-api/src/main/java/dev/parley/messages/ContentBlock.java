package dev.parley.messages;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A content block that is assembled from its deltas. */
final class ContentBlock {
    /** Reads the input of tools. Its nesting leaves room for what a turn has around it, whose readers accept 500. */
    private static final JsonMapper INPUTS = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(480).build())
            .build());

    private final ObjectNode begun;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    /** The field that was appended to last, which most deltas append to again, and its text. */
    private String latestField = "";

    private StringBuilder latest = new StringBuilder(0);
    private final StringBuilder partialJson = new StringBuilder();
    private boolean ended;

    ContentBlock(ObjectNode begun) {
        this.begun = begun;
    }

    void end() {
        ended = true;
    }

    boolean isOpen() {
        return !ended;
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
            case "compaction_delta" -> {
                if (delta.path("content").isString()) {
                    append("content", delta.path("content").stringValue());
                }
                if (delta.has("encrypted_content")) {
                    begun.set("encrypted_content", delta.path("encrypted_content"));
                }
            }
            default -> {
                // An unknown delta type: streaming clients receive it unchanged, the assembled message omits it.
            }
        }
    }

    private void append(String field, String text) {
        if (!field.equals(latestField)) {
            latestField = field;
            latest = texts.computeIfAbsent(
                    field, name -> new StringBuilder(begun.path(name).stringValue("")));
        }
        latest.append(text);
    }

    /**
     * The block as received so far. The input of a tool stays as in {@code content_block_start} until its JSON is complete, and
     * if it is nested deeper than a request may be, in which the client would send it again. Its text is then in {@code
     * partial_json}, which is not of the Messages API.
     */
    ObjectNode toJson() {
        ObjectNode block = begun.deepCopy();
        texts.forEach((field, text) -> block.put(field, text.toString()));
        if (!partialJson.isEmpty()) {
            try {
                block.set("input", INPUTS.readTree(partialJson.toString()));
            } catch (JacksonException e) {
                block.put("partial_json", partialJson.toString());
            }
        }
        return block;
    }
}
