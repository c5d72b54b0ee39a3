package dev.parley.contracts.model;

import static java.util.function.Predicate.not;

import java.util.List;

/**
 * The models that a key may use.
 *
 * @param prefixes of their names; no prefix for all models, and a blank one for none
 */
public record PermittedModels(List<String> prefixes) {
    public static final PermittedModels ALL = new PermittedModels(List.of());

    public PermittedModels {
        prefixes = List.copyOf(prefixes);
    }

    public boolean include(String model) {
        return prefixes.isEmpty()
                || prefixes.stream().filter(not(String::isBlank)).anyMatch(model::startsWith);
    }
}
