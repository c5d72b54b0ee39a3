package dev.parley.localstack.keys;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be otherwise about a key. What is not named stays as it is.
 *
 * @param models beginnings of names; none for all models
 * @param limits by the names that the gateway gives them; without a number, the limit goes
 */
public record KeyChange(
        Optional<String> name,
        Optional<List<String>> models,
        Map<String, Optional<BigDecimal>> limits,
        Optional<String> onDisconnect) {
    /** Whether anything is named. */
    public boolean isNone() {
        return body().isEmpty();
    }

    Map<String, Object> body() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        models.ifPresent(some -> all.put("models", some));
        limits.forEach((limit, number) -> all.put(limit, number.orElse(null)));
        Map<String, Object> body = new LinkedHashMap<>();
        name.ifPresent(wanted -> body.put("name", wanted));
        if (!all.isEmpty()) {
            body.put("limits", all);
        }
        onDisconnect.ifPresent(policy -> body.put("on_disconnect", policy));
        return body;
    }
}
