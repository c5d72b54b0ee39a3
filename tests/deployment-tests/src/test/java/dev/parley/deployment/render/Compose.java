package dev.parley.deployment.render;

import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Tool;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The compose file as {@code docker-compose config} resolves it, which rejects unknown fields. */
public record Compose(JsonNode file) {
    public static Compose of(Checkout checkout) {
        String json = Tool.COMPOSE.run(checkout.root(), "--profile", "*", "config", "--format", "json");
        return new Compose(JsonMapper.shared().readTree(json));
    }

    /** Validates this text in place of the compose file. */
    public static Tool.Outcome validate(Checkout checkout, String text) {
        return Tool.COMPOSE.outcome(checkout.root(), text, "--file", "-", "config", "--quiet");
    }

    public Set<String> names() {
        return new TreeSet<>(file.path("services").propertyNames());
    }

    /**
     * The service of that name.
     *
     * @throws AssertionError if there is none
     */
    public JsonNode service(String name) {
        JsonNode service = file.path("services").path(name);
        if (service.isMissingNode()) {
            throw new AssertionError("docker-compose.yml has no service " + name);
        }
        return service;
    }
}
