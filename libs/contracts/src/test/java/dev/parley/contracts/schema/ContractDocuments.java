package dev.parley.contracts.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schemas and the AsyncAPI document of this module, and validation against them. */
final class ContractDocuments {
    static final Path SCHEMAS = Path.of("schemas").toAbsolutePath();
    static final Path ASYNC_API = Path.of("asyncapi.yaml").toAbsolutePath();

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final YAMLMapper YAML = YAMLMapper.shared();
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(ContractDocuments::load));

    private ContractDocuments() {}

    /** The document with the traits of its messages applied, as AsyncAPI merges them: what the message has counts. */
    static JsonNode asyncApi() {
        JsonNode document = YAML.readTree(ASYNC_API.toFile());
        ObjectNode messages = document.at("/components/messages").asObject();
        for (String name : List.copyOf(messages.propertyNames())) {
            ObjectNode merged = JSON.createObjectNode();
            messages.path(name)
                    .path("traits")
                    .forEach(trait -> merge(
                            merged, document.at(trait.path("$ref").stringValue().substring(1))));
            merge(merged, messages.path(name));
            messages.set(name, merged);
        }
        return document;
    }

    private static void merge(ObjectNode target, JsonNode source) {
        source.forEachEntry((name, value) -> {
            if (value.isObject() && target.path(name) instanceof ObjectNode present) {
                merge(present, value);
            } else {
                target.set(name, value.deepCopy());
            }
        });
    }

    static JsonNode schema(String name) {
        return JSON.readTree(SCHEMAS.resolve(name + ".schema.json").toFile());
    }

    /** The validation errors of a value for a schema in the folder of this module. */
    static List<Error> objections(String schema, JsonNode value) {
        return REGISTRY.getSchema(SchemaLocation.of(
                        SCHEMAS.resolve(schema + ".schema.json").toUri().toString()))
                .validate(value);
    }

    /** The validation errors of a value for the schema at a JSON pointer of the AsyncAPI document. */
    static List<Error> asyncApiObjections(String pointer, JsonNode value) {
        return REGISTRY.getSchema(SchemaLocation.of(ASYNC_API.toUri() + "#" + pointer))
                .validate(value);
    }

    private static String load(String iri) {
        Path file = Path.of(URI.create(iri));
        return file.equals(ASYNC_API) ? asyncApi().toString() : text(file);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
