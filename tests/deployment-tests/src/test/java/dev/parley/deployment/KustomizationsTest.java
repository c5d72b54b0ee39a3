package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Each file below {@code k8s} is referenced by a kustomization; otherwise it would have no effect. */
final class KustomizationsTest {
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final Checkout CHECKOUT = Checkout.here();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    static List<String> files() {
        return CHECKOUT.files().stream().filter(file -> file.startsWith("k8s/")).toList();
    }

    static Stream<String> kustomizations() {
        return files().stream().filter(file -> file.endsWith("/" + KUSTOMIZATION));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReferencedByAKustomization(String file) {
        boolean applied = file.startsWith("k8s/overlays/") && file.endsWith("/" + KUSTOMIZATION);
        String wanted = file.replace("/" + KUSTOMIZATION, "");
        assertThat(applied
                        || kustomizations()
                                .flatMap(KustomizationsTest::references)
                                .anyMatch(wanted::equals))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void everyReferencedFileExists(String kustomization) {
        assertThat(references(kustomization)).isNotEmpty().allMatch(CHECKOUT::has);
    }

    @Test
    void findsTheFiles() {
        assertThat(files()).contains("k8s/base/gateway-service.yaml", "k8s/overlays/production/size.yaml");
    }

    /** The referenced paths, relative to the root of the checkout. */
    private static Stream<String> references(String kustomization) {
        JsonNode content = YAML.readTree(CHECKOUT.text(kustomization));
        Stream<String> whole = Stream.of("resources", "components")
                .flatMap(list -> content.path(list).values().stream())
                .map(JsonNode::asString);
        Stream<String> patches = content.path("patches").values().stream()
                .filter(patch -> patch.has("path"))
                .map(patch -> patch.path("path").asString());
        Stream<String> maps = content.path("configMapGenerator").values().stream()
                .flatMap(map -> map.path("files").values().stream())
                .map(JsonNode::asString);
        Path file = Path.of(kustomization);
        return Stream.of(whole, patches, maps)
                .flatMap(paths -> paths)
                .map(path -> file.resolveSibling(path).normalize().toString());
    }
}
