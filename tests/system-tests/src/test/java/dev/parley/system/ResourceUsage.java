package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Threads, open files and direct memory of the services, which ended answers must release. The heap is not compared: its use says
 * nothing before a full collection, and caches fill it up to their bounds. What requests hold of it by estimate must be 0.
 */
final class ResourceUsage {
    private static final List<String> SERVICES =
            List.of("gateway-service", "inference-service", "cache-service", "persistence-worker");
    private static final List<String> ACTIVITY_GAUGES = List.of(
            "parley_gateway_answers_open",
            "parley_gateway_requests_heap_bytes",
            "parley_inference_generations_running");

    /** Tolerances by metric: pools grow with the load. */
    private static final Map<String, Double> TOLERANCES = Map.of(
            "jvm_threads_live_threads", 12.0,
            "process_files_open_files", 40.0,
            "jvm_buffer_memory_used_bytes", 48.0 * 1024 * 1024);

    private ResourceUsage() {}

    /** The usage of each replica when no request is in progress. */
    static Map<String, Double> whenIdle(LocalStack stack, int replicas) throws Exception {
        Eventually.value(() -> active(stack, replicas), Map::isEmpty);
        Map<String, Double> usage = new TreeMap<>();
        for (String service : SERVICES) {
            for (int replica = 0; replica < replicas; replica++) {
                MetricsPage page = MetricsPage.of(stack, service, replica);
                for (String metric : TOLERANCES.keySet()) {
                    usage.put(service + "-" + replica + " " + metric, page.sum(metric));
                }
            }
        }
        return usage;
    }

    /** The metrics that have grown beyond their tolerance. */
    static Map<String, Double> grown(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> grown = new TreeMap<>();
        after.forEach((what, now) -> {
            double growth = now - before.getOrDefault(what, 0.0);
            if (growth > TOLERANCES.getOrDefault(what.substring(what.indexOf(' ') + 1), 0.0)) {
                grown.put(what, growth);
            }
        });
        return grown;
    }

    private static Map<String, Double> active(LocalStack stack, int replicas) throws IOException {
        Map<String, Double> active = new TreeMap<>();
        for (String service : SERVICES) {
            for (int replica = 0; replica < replicas; replica++) {
                MetricsPage page = MetricsPage.of(stack, service, replica);
                for (String gauge : ACTIVITY_GAUGES) {
                    if (page.sum(gauge) != 0) {
                        active.put(service + "-" + replica + " " + gauge, page.sum(gauge));
                    }
                }
            }
        }
        return active;
    }
}
