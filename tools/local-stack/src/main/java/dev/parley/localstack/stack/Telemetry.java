package dev.parley.localstack.stack;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of the OpenTelemetry Java agent, which sends the traces of the services to a collector: its standard
 * {@code OTEL_} variables. Without any, there is no agent.
 */
public final class Telemetry {
    public static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /** The libraries of the services. The agent supports hundreds, and looking for all of them slows a start. */
    private static final List<String> INSTRUMENTED = List.of(
            "AWS_SDK",
            "EXECUTORS",
            "JAVA_HTTP_CLIENT",
            "KAFKA",
            "NETTY",
            "OPENTELEMETRY_API",
            "REACTOR",
            "REACTOR_NETTY",
            "REDISSON",
            "SPRING_KAFKA",
            "SPRING_WEBFLUX");

    private static final Map<String, String> DEFAULTS = Map.of(
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
            "OTEL_TRACES_EXPORTER", "otlp",
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none",
            // The agent logs through the logging of the application.
            "OTEL_JAVAAGENT_LOGGING", "application",
            "OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "false");

    private Telemetry() {}

    /** The variables that are set, if the endpoint is among them. */
    static Map<String, String> from(Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>(environment);
        settings.keySet().removeIf(name -> !name.startsWith("OTEL_"));
        return environment.getOrDefault(ENDPOINT, "").isBlank() ? Map.of() : settings;
    }

    /** The settings and the defaults, for one service. */
    static Map<String, String> environment(Map<String, String> settings, String serviceName) {
        Map<String, String> environment = new HashMap<>(DEFAULTS);
        INSTRUMENTED.forEach(library -> environment.put("OTEL_INSTRUMENTATION_" + library + "_ENABLED", "true"));
        environment.putAll(settings);
        environment.put("OTEL_SERVICE_NAME", serviceName);
        return environment;
    }
}
