package dev.parley.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The objects of an overlay of {@code k8s}, by kind and name. ConfigMaps have their names without the hash that kustomize
 * appends, and so have the references to them.
 */
final class Overlay {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final Pattern HASHED =
            Pattern.compile("(?m)^kind: ConfigMap\\nmetadata:\\n(?: .*\\n)*?  name: ((\\S+)-[a-z0-9]{10})$");

    private Overlay() {}

    /**
     * Renders an overlay with {@code kubectl kustomize}.
     *
     * @throws IOException if kubectl is missing or refuses
     */
    static Map<String, ObjectNode> render(Path checkout, String name) throws IOException {
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", "k8s/overlays/" + name)
                .directory(checkout.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
        if (kubectl.onExit().join().exitValue() != 0) {
            throw new IOException("kubectl cannot render the overlay " + name);
        }
        return parse(text);
    }

    static Map<String, ObjectNode> parse(String yaml) {
        Map<String, ObjectNode> objects = new TreeMap<>();
        try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(withoutHashes(yaml))) {
            documents.forEachRemaining(object -> objects.put(id(object), object));
        }
        return objects;
    }

    private static String withoutHashes(String yaml) {
        String text = yaml;
        Matcher hashed = HASHED.matcher(yaml);
        while (hashed.find()) {
            text = text.replaceAll("(?m)(: )" + Pattern.quote(hashed.group(1)) + "$", "$1" + hashed.group(2));
        }
        return text;
    }

    static String id(ObjectNode object) {
        return object.path("kind").asString() + " "
                + object.path("metadata").path("name").asString();
    }
}
