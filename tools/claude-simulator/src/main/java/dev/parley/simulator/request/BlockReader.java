package dev.parley.simulator.request;

import static java.util.stream.Collectors.joining;

import dev.parley.simulator.conversation.Block;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the content of messages that the rules have accepted. */
final class BlockReader {
    private BlockReader() {}

    static List<Block> content(JsonNode content) {
        if (content.isString()) {
            String text = content.stringValue("");
            return text.isEmpty() ? List.of() : List.of(new Block.Text(text));
        }
        return content.values().stream().map(BlockReader::block).toList();
    }

    private static Block block(JsonNode block) {
        String type = block.path("type").stringValue("");
        return switch (type) {
            case "text" -> new Block.Text(block.path("text").stringValue(""));
            case "image", "document" -> media(type, block.path("source"));
            case "tool_use" ->
                new Block.ToolUse(
                        block.path("id").stringValue(""), block.path("name").stringValue(""));
            case "tool_result" ->
                new Block.ToolResult(
                        block.path("tool_use_id").stringValue(""),
                        words(block.path("content")),
                        block.path("is_error").booleanValue(false));
            default -> new Block.Other(type);
        };
    }

    private static Block media(String kind, JsonNode source) {
        String data = source.path("data").stringValue("");
        long bytes = source.path("type").stringValue("").equals("base64") ? data.length() * 3L / 4 : data.length();
        return new Block.Media(kind, source.path("media_type").stringValue("unknown type"), bytes);
    }

    private static String words(JsonNode content) {
        return content.isString()
                ? content.stringValue("")
                : content.values().stream()
                        .map(block -> block.path("text").stringValue(""))
                        .collect(joining("\n"));
    }
}
