package dev.parley.localstack.keys;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key that somebody wants to be made.
 *
 * @param limits numbers by the names that the gateway gives them, such as {@code requests_per_minute}
 */
public record KeyWish(
        String tenant, String name, List<String> models, Map<String, Number> limits, Optional<String> onDisconnect) {
    Map<String, Object> body() {
        Map<String, Object> all = new LinkedHashMap<>(limits);
        if (!models.isEmpty()) {
            all.put("models", models);
        }
        Map<String, Object> body = new LinkedHashMap<>(Map.of("tenant", tenant, "name", name, "limits", all));
        onDisconnect.ifPresent(policy -> body.put("on_disconnect", policy));
        return body;
    }
}
