package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The model list is configuration in one place; copies that cannot read it begin with its first models. */
final class ModelCopiesTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String LIST = "libs/contracts/src/main/resources/parley-models.yaml";
    private static final String PAGE = "gateway-service/src/main/resources/page/script/api/models.js";

    private static final List<String> LISTED = YAMLMapper.builder()
            .build()
            .readTree(CHECKOUT.text(LIST))
            .at("/parley/models")
            .valueStream()
            .map(model -> model.path("id").asString())
            .toList();

    @Test
    void thePageFallsBackToTheFirstModels() {
        List<String> builtIn = Pattern.compile("id: '(claude-[^']+)'")
                .matcher(CHECKOUT.text(PAGE))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(builtIn).isNotEmpty().isEqualTo(LISTED.subList(0, builtIn.size()));
    }

    /** Examples of events may name models that are retired since. */
    @Test
    void examplesOfRequestsUseTheDefaultModel() {
        List<String> named = CHECKOUT.files().stream()
                .filter(file -> file.endsWith(".md") && !file.equals("docs/events.md"))
                .flatMap(file -> Pattern.compile("\"model\": ?\"([^\"]+)\"")
                        .matcher(CHECKOUT.text(file))
                        .results())
                .map(found -> found.group(1))
                .toList();
        assertThat(named).isNotEmpty().containsOnly(LISTED.getFirst());
    }

    @Test
    void noServiceHasAListOfItsOwn() {
        assertThat(CHECKOUT.files().stream()
                        .filter(file -> file.endsWith(".yaml") && !file.equals(LIST))
                        .filter(file -> Pattern.compile("(?m)^\\s*- (\\{ id: )?claude-\\w+-\\d")
                                .matcher(CHECKOUT.text(file))
                                .find()))
                .isEmpty();
    }
}
