package dev.parley.gateway.openai;

import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates the content of messages. A plain string stays a string. */
final class ContentParts {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final String PDF = "application/pdf";

    private ContentParts() {}

    /** Content of text, images and files. */
    static JsonNode all(Field content, Leniency leniency) {
        return blocks(content, (part, blocks) -> {
            switch (part.at("type").text()) {
                case "text" -> addText(blocks, part);
                case "image_url" -> blocks.add(keepCacheControl(part, image(part.at("image_url"))));
                case "file" -> blocks.add(keepCacheControl(part, file(part.at("file"))));
                case "input_audio" -> leniency.ignore(part, unsupported(part));
                default -> throw unsupported(part);
            }
        });
    }

    /** Content of text and refusals only. */
    static JsonNode texts(Field content) {
        return blocks(content, (part, blocks) -> {
            switch (part.at("type").text()) {
                case "text" -> addText(blocks, part);
                case "refusal" -> addText(blocks, part.at("refusal").text());
                default -> throw part.at("type").unsupported("Only text is supported here.");
            }
        });
    }

    private static JsonNode blocks(Field content, BiConsumer<Field, ArrayNode> translation) {
        if (content.isText()) {
            return content.value();
        }
        if (!content.value().isArray()) {
            throw content.wrongType("a string or an array of parts");
        }
        ArrayNode blocks = JSON.createArrayNode();
        content.items().forEach(part -> translation.accept(part, blocks));
        return blocks;
    }

    private static InvalidParameterException unsupported(Field part) {
        return part.at("type").unsupported("Claude takes parts of type text, image_url and file.");
    }

    private static void addText(ArrayNode blocks, Field part) {
        String text = part.at("text").text();
        addText(blocks, text);
        if (!text.isBlank() && blocks.get(blocks.size() - 1) instanceof ObjectNode block) {
            keepCacheControl(part, block);
        }
    }

    /** Copies {@code cache_control}, which OpenAI's API does not have and Claude's prompt cache needs. */
    static ObjectNode keepCacheControl(Field from, ObjectNode block) {
        Field control = from.at("cache_control");
        if (!control.absent()) {
            block.set("cache_control", control.object());
        }
        return block;
    }

    /** Adds text unless it is blank: Claude rejects text blocks without other characters than white space. */
    static void addText(ArrayNode blocks, String text) {
        if (!text.isBlank()) {
            blocks.addObject().put("type", "text").put("text", text);
        }
    }

    private static ObjectNode image(Field image) {
        Field url = image.at("url");
        ObjectNode block = JSON.createObjectNode().put("type", "image");
        if (url.text().startsWith("https://")) {
            block.putObject("source").put("type", "url").put("url", url.text());
        } else {
            block.set("source", embedded(url, "image/"));
        }
        return block;
    }

    private static ObjectNode file(Field file) {
        if (file.at("file_data").absent()) {
            throw file.at("file_id").unsupported("There are no stored files here: send file_data.");
        }
        ObjectNode block = JSON.createObjectNode().put("type", "document");
        block.set("source", embedded(file.at("file_data"), PDF));
        String name = file.at("filename").textOr("");
        return name.isEmpty() ? block : block.put("title", name);
    }

    /** The source of a Base64 data URL (RFC 2397) whose media type begins with {@code mediaType}. */
    private static ObjectNode embedded(Field url, String mediaType) {
        String text = url.text();
        int comma = text.indexOf(',');
        String head = comma < 0 ? "" : text.substring(0, comma);
        if (!head.startsWith(DATA + mediaType) || !head.endsWith(BASE64)) {
            throw url.invalid(
                    mediaType.equals(PDF)
                            ? "must be a data URL of application/pdf in Base64."
                            : "must be an https address, or a data URL of image/… in Base64.");
        }
        String plain = head.substring(DATA.length()).split(";", 2)[0];
        return JSON.createObjectNode()
                .put("type", "base64")
                .put("media_type", plain.equals("image/jpg") ? "image/jpeg" : plain)
                .put("data", text.substring(comma + 1));
    }
}
