package dev.parley.gateway.pulse;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is watched, and how closely. Nothing is read while nobody watches.
 *
 * @param watchersMax pages open at once in a replica; beyond it 529
 * @param history how far back ended answers are looked at
 * @param turnsMax ended answers that are kept; beyond it the oldest go, and the page says how far it reaches
 * @param refresh how often services and offsets are read
 * @param timeLimit how long that may take; what has not answered by then is unknown
 * @param replicasMax replicas of a service that are read
 * @param groups consumer groups, each as {@code group:topic}
 * @param services where each service shows its metrics. A host name with several addresses is as many replicas
 */
public record PulseSettings(
        int watchersMax,
        Duration history,
        int turnsMax,
        Duration refresh,
        Duration timeLimit,
        int replicasMax,
        List<String> groups,
        Map<String, List<URI>> services) {
    public PulseSettings {
        groups = List.copyOf(groups);
        services = new LinkedHashMap<>(services);
    }

    /** By group, which topic it reads. */
    public Map<String, String> topicsOfGroups() {
        Map<String, String> topics = new LinkedHashMap<>();
        for (String reader : groups) {
            int colon = reader.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("\"" + reader + "\" is not like group:topic");
            }
            topics.put(reader.substring(0, colon), reader.substring(colon + 1));
        }
        return topics;
    }
}
