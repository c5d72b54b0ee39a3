package dev.parley.inference.generation.models;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models that are configured or priced. Only these have time series and a circuit breaker of their own; all others, whose
 * names clients choose freely, are {@value #OTHER}.
 */
public final class KnownModels {
    public static final String OTHER = "other";

    private final List<String> byLongestName;

    /** Makes it from name prefixes. */
    public KnownModels(Collection<String> names) {
        this.byLongestName = names.stream()
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** All names that {@link #nameOf} may give. */
    public List<String> names() {
        return Stream.concat(byLongestName.stream(), Stream.of(OTHER)).toList();
    }

    /** The longest known prefix of a name: {@code claude-x-20251001} is {@code claude-x}. */
    public String nameOf(String model) {
        return byLongestName.stream().filter(model::startsWith).findFirst().orElse(OTHER);
    }
}
