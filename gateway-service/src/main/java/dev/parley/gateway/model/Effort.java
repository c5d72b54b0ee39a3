package dev.parley.gateway.model;

import dev.parley.contracts.TextEnum;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** A level of {@code output_config.effort}, the lowest first (platform.claude.com, "Effort"). */
public enum Effort implements TextEnum {
    LOW,
    MEDIUM,
    HIGH,
    XHIGH,
    MAX;

    /** The highest of the levels that is not above this one, else the lowest; empty if there are none. */
    public Optional<Effort> among(Set<Effort> levels) {
        return levels.stream()
                .filter(level -> level.compareTo(this) <= 0)
                .max(Comparator.naturalOrder())
                .or(() -> levels.stream().min(Comparator.naturalOrder()));
    }
}
