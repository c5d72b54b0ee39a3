package dev.parley.simulator.request;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks a body against the JSON schema of a request. An error has the form of the Messages API,
 * {@code messages.0.content.1.image.source: Field required}: the type of a block, of a source and of thinking is part of
 * the path. Where the schema has {@code x-errors} for the keyword, the message is taken from there.
 */
final class RequestSchema {
    private static final String MESSAGES = "x-errors";
    private static final JsonNode DOCUMENT = JsonMapper.shared()
            .readTree(Objects.requireNonNull(
                    RequestSchema.class.getResourceAsStream("messages-request.schema.json"),
                    "the schema is in the jar"));
    private static final Schema SCHEMA = SchemaRegistry.withDialect(Dialect.builder(Dialects.getDraft202012())
                    .keyword(new NonValidationKeyword(MESSAGES))
                    .build())
            .getSchema(DOCUMENT);

    private RequestSchema() {}

    /** The first error, if the body is invalid. */
    static Optional<String> error(JsonNode body) {
        return SCHEMA.validate(body).stream().findFirst().map(error -> message(error, body));
    }

    private static String message(Error error, JsonNode body) {
        NodePath location = error.getInstanceLocation();
        List<String> path = new ArrayList<>();
        for (int i = 0; i < location.getNameCount(); i++) {
            path.add(location.getElement(i).toString());
        }
        String keyword = error.getKeyword();
        String schema = error.getSchemaLocation().getFragment().toString();
        JsonNode own = DOCUMENT.at(schema.substring(0, schema.lastIndexOf('/')))
                .path(MESSAGES)
                .path(keyword);
        if (own.isString()) {
            return own.stringValue("").replace("{at}", text(path, body));
        }
        Optional.ofNullable(error.getProperty()).ifPresent(path::add);
        return text(path, body) + ": " + reason(keyword, error.getSchemaNode());
    }

    private static String reason(String keyword, JsonNode value) {
        return switch (keyword) {
            case "required" -> "Field required";
            case "additionalProperties" -> "Extra inputs are not permitted";
            case "type" -> "Input should be " + typeName(value);
            case "minimum" -> "Input should be greater than or equal to " + value;
            case "maximum" -> "Input should be less than or equal to " + value;
            case "const" -> "Input should be '" + value.asString() + "'";
            case "pattern" -> "String should match pattern '" + value.asString() + "'";
            case "minLength" -> "String should have at least " + value + " character";
            default -> "Invalid input";
        };
    }

    /** The name of a type; of several alternatives the last. */
    private static String typeName(JsonNode type) {
        String name = type.isArray() ? type.path(type.size() - 1).asString() : type.asString();
        return switch (name) {
            case "array" -> "a valid list";
            case "object" -> "an object";
            default -> "a valid " + name;
        };
    }

    /** A path with dots, and with the type of each object on it that exists in several types. */
    private static String text(List<String> path, JsonNode body) {
        List<String> names = new ArrayList<>();
        JsonNode node = body;
        for (int i = 0; i < path.size(); i++) {
            String name = path.get(i);
            node = node.isArray() ? node.path(Integer.parseInt(name)) : node.path(name);
            names.add(name);
            String parent = i == 0 ? "" : path.get(i - 1);
            boolean followed = i < path.size() - 1 && !path.get(i + 1).equals("type");
            if (followed && parent.equals("tools")) {
                names.add(node.path("type").asString("custom"));
            } else if (followed
                    && (parent.equals("content")
                            || List.of("source", "thinking").contains(name))) {
                names.add(node.path("type").asString(""));
            }
        }
        return String.join(".", names);
    }
}
