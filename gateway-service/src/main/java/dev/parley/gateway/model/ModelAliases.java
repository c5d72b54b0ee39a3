package dev.parley.gateway.model;

import java.util.List;
import java.util.Optional;

/** The configured aliases of models. */
public final class ModelAliases {
    private final List<AliasSettings> aliases;

    public ModelAliases(List<AliasSettings> aliases) {
        this.aliases = List.copyOf(aliases);
    }

    public boolean contains(String name) {
        return find(name).isPresent();
    }

    /** The alias of this name; empty for a model. */
    Optional<AliasSettings> find(String name) {
        return aliases.stream().filter(alias -> alias.name().equals(name)).findFirst();
    }

    /** The stronger model of an alias, else the name itself. */
    public String strongest(String name) {
        return models(name).getFirst();
    }

    /** The models that may answer a request for a name: two for an alias, else the one that is named. */
    public List<String> models(String name) {
        return find(name).map(AliasSettings::models).orElse(List.of(name));
    }
}
