package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every model listed for clients has its own time series and circuit breaker. */
final class ModelsTest {
    private static final List<ServiceModule> MODULES = ServiceModule.all(Checkout.here());

    @Test
    void inferenceServiceConfiguresTheListedModels() {
        assertThat(list("inference-service", "/parley/inference/models").map(JsonNode::asString))
                .isNotEmpty()
                .containsExactlyElementsOf(list("gateway-service", "/parley/gateway/models")
                        .map(model -> model.path("id").asString())
                        .toList());
    }

    private static Stream<JsonNode> list(String module, String pointer) {
        return MODULES.stream()
                .filter(candidate -> candidate.name().equals(module))
                .flatMap(found -> found.setting(pointer).values().stream());
    }
}
