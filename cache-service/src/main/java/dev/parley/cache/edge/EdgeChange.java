package dev.parley.cache.edge;

import java.util.List;

/**
 * A change of a published answer.
 *
 * @param tags the tags of the responses that it makes wrong
 * @param withdrawn whether these responses must not be served any more, not even while no gateway can be reached
 */
public record EdgeChange(List<String> tags, boolean withdrawn) {
    public EdgeChange {
        tags = List.copyOf(tags);
    }

    /** Whether a purge of this change removes what one of another change would. */
    boolean covers(EdgeChange other) {
        return tags.equals(other.tags) && (withdrawn || !other.withdrawn);
    }
}
