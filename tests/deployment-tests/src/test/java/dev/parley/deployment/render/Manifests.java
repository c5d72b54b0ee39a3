package dev.parley.deployment.render;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Tool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** An overlay rendered by {@code kubectl kustomize}; unknown fields are errors. */
public record Manifests(String overlay, List<HasMetadata> objects) {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final Pattern OVERLAY = Pattern.compile("k8s/overlays/([a-z-]+)/kustomization.yaml");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

    public static Manifests of(Checkout checkout, String overlay) {
        return new Manifests(overlay, parse(rendered(checkout, overlay)));
    }

    /** Every overlay. */
    public static List<Manifests> all(Checkout checkout) {
        return checkout.files().stream()
                .map(OVERLAY::matcher)
                .filter(Matcher::matches)
                .map(file -> of(checkout, file.group(1)))
                .toList();
    }

    /** The examples in docs/operations/kubernetes.md. */
    public static Manifests documented(Checkout checkout) {
        return new Manifests(
                "kubernetes.md",
                EXAMPLE.matcher(checkout.text("docs/operations/kubernetes.md"))
                        .results()
                        .flatMap(example -> parse(example.group(1)).stream())
                        .toList());
    }

    /** The text of an overlay, rendered once: kubectl takes half a second of processor time. */
    public static String rendered(Checkout checkout, String overlay) {
        return RENDERED.computeIfAbsent(
                overlay, name -> Tool.KUBECTL.run(checkout.root(), "kustomize", "k8s/overlays/" + name));
    }

    /** Reads documents of YAML strictly, see {@link StrictModels}. */
    public static List<HasMetadata> parse(String yaml) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll().stream().map(StrictModels::read).toList();
        }
    }

    /** The objects of one kind. */
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return select(kind).toList();
    }

    /**
     * The object of that kind and name.
     *
     * @throws AssertionError if there is none
     */
    public <T extends HasMetadata> T one(Class<T> kind, String name) {
        return select(kind)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("overlay " + overlay + " has no " + kind.getSimpleName() + " " + name));
    }

    /** All workloads. */
    public List<Workload> workloads() {
        return Workload.of(this).toList();
    }

    /**
     * The workload of that name.
     *
     * @throws AssertionError if there is none
     */
    public Workload workload(String name) {
        return Workload.of(this)
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("overlay " + overlay + " runs no " + name));
    }

    private <T extends HasMetadata> Stream<T> select(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast);
    }

    @Override
    public String toString() {
        return overlay;
    }
}
