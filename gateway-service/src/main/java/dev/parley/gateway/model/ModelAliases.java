package dev.parley.gateway.model;

import java.util.List;

/** The configured aliases of models. */
public final class ModelAliases {
    private final List<AliasSettings> aliases;

    public ModelAliases(List<AliasSettings> aliases) {
        this.aliases = List.copyOf(aliases);
    }

    /** Whether a name is an alias. */
    public boolean contains(String name) {
        return aliases.stream().anyMatch(alias -> alias.name().equals(name));
    }

    /** The stronger model of an alias, else the name itself. */
    public String strongest(String name) {
        return models(name).getFirst();
    }

    /** The models that may answer a request for a name: two for an alias, else the one that is named. */
    public List<String> models(String name) {
        return aliases.stream()
                .filter(alias -> alias.name().equals(name))
                .map(AliasSettings::models)
                .findFirst()
                .orElse(List.of(name));
    }
}
