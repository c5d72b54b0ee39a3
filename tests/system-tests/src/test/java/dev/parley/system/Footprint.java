package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the services hold: nothing may be left of answers that have ended. */
final class Footprint {
    private static final List<String> SERVICES =
            List.of("gateway-service", "inference-service", "cache-service", "persistence-worker");
    private static final List<String> IN_HAND = List.of(
            "parley_gateway_answers_open", "parley_inference_generations_running", "parley_cache_requests_unfinished");

    /** With room for what differs from one start to the next: pools grow with the load that came first. */
    private static final Map<String, Double> ROOM = Map.of(
            "jvm_threads_live_threads", 12.0,
            "process_files_open_files", 40.0,
            "jvm_buffer_memory_used_bytes", 48.0 * 1024 * 1024);

    private Footprint() {}

    /** How much each replica holds of what could leak, when it has nothing in hand. */
    static Map<String, Double> ofRest(LocalStack stack, int replicas) throws Exception {
        Eventually.value(() -> inHand(stack, replicas), Map::isEmpty);
        Map<String, Double> held = new TreeMap<>();
        for (String service : SERVICES) {
            for (int replica = 0; replica < replicas; replica++) {
                MetricsPage page = MetricsPage.of(stack, service, replica);
                for (String metric : ROOM.keySet()) {
                    held.put(service + "-" + replica + " " + metric, page.sum(metric));
                }
            }
        }
        return held;
    }

    /** What has grown beyond its room. */
    static Map<String, Double> grown(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> grown = new TreeMap<>();
        after.forEach((what, now) -> {
            double more = now - before.getOrDefault(what, 0.0);
            if (more > ROOM.getOrDefault(what.substring(what.indexOf(' ') + 1), 0.0)) {
                grown.put(what, more);
            }
        });
        return grown;
    }

    private static Map<String, Double> inHand(LocalStack stack, int replicas) throws IOException {
        Map<String, Double> inHand = new TreeMap<>();
        for (String service : SERVICES) {
            for (int replica = 0; replica < replicas; replica++) {
                MetricsPage page = MetricsPage.of(stack, service, replica);
                for (String gauge : IN_HAND) {
                    if (page.sum(gauge) != 0) {
                        inHand.put(service + "-" + replica + " " + gauge, page.sum(gauge));
                    }
                }
            }
        }
        return inHand;
    }
}
