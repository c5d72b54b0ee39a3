package dev.parley.localstack.stack;

import java.util.HashMap;
import java.util.Map;

/**
 * Where the services send their traces: nowhere, or through the OpenTelemetry Java agent to a collector. The agent reads
 * its settings from the standard variables of OpenTelemetry; these are our defaults for them.
 */
public sealed interface Telemetry {
    String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /** No agent. */
    record Off() implements Telemetry {}

    /**
     * Traces go to a collector.
     *
     * @param settings every {@code OTEL_} variable that is set, the endpoint among them
     */
    record Exported(Map<String, String> settings) implements Telemetry {
        private static final Map<String, String> DEFAULTS = Map.of(
                "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "OTEL_TRACES_EXPORTER", "otlp",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_LOGS_EXPORTER", "none");

        public Exported {
            settings = Map.copyOf(settings);
        }

        Map<String, String> environment(String serviceName) {
            Map<String, String> environment = new HashMap<>(DEFAULTS);
            environment.putAll(settings);
            environment.put("OTEL_SERVICE_NAME", serviceName);
            return environment;
        }
    }

    /** On if the endpoint is set. */
    static Telemetry from(Map<String, String> environment) {
        if (environment.getOrDefault(ENDPOINT, "").isBlank()) {
            return new Off();
        }
        Map<String, String> settings = new HashMap<>(environment);
        settings.keySet().removeIf(name -> !name.startsWith("OTEL_"));
        return new Exported(settings);
    }
}
