package dev.parley.localstack.stack;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
        /** What our services are made of. The agent knows hundreds of libraries; looking for all of them takes its time. */
        private static final List<String> INSTRUMENTED = List.of(
                "aws-sdk",
                "executors",
                "java-http-client",
                "kafka",
                "netty",
                "opentelemetry-api",
                "reactor",
                "reactor-netty",
                "redisson",
                "spring-kafka",
                "spring-webflux");

        private static final Map<String, String> DEFAULTS = Map.of(
                "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "OTEL_TRACES_EXPORTER", "otlp",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_LOGS_EXPORTER", "none",
                // The agent's own lines come in the form of all others.
                "OTEL_JAVAAGENT_LOGGING", "application",
                "OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "false");

        public Exported {
            settings = Map.copyOf(settings);
        }

        Map<String, String> environment(String serviceName) {
            Map<String, String> environment = new HashMap<>(DEFAULTS);
            INSTRUMENTED.forEach(library -> environment.put(enabled(library), "true"));
            environment.putAll(settings);
            environment.put("OTEL_SERVICE_NAME", serviceName);
            return environment;
        }

        private static String enabled(String library) {
            return "OTEL_INSTRUMENTATION_" + library.replace('-', '_').toUpperCase(Locale.ROOT) + "_ENABLED";
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
