package dev.parley.cache.edge;

import java.util.List;

/**
 * A change of published answers.
 *
 * @param tags the tags of the responses that it makes wrong
 * @param withdrawn whether these responses must not be served any more, not even while no gateway can be reached
 */
public record EdgeChange(List<String> tags, boolean withdrawn) {
    public EdgeChange {
        tags = List.copyOf(tags);
    }

    /** One that makes wrong what any of these does. All of them are withdrawn, or none. */
    public static EdgeChange together(List<EdgeChange> changes) {
        return new EdgeChange(
                changes.stream()
                        .flatMap(change -> change.tags().stream())
                        .distinct()
                        .toList(),
                changes.getFirst().withdrawn());
    }

    /** Whether a purge of this change removes what one of another change would. */
    boolean covers(EdgeChange other) {
        return tags.equals(other.tags) && (withdrawn || !other.withdrawn);
    }
}
