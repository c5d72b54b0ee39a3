package dev.parley.localstack.parts;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The four services, each a Spring Boot application of the module of its name. */
public enum Service {
    GATEWAY("gateway-service", PortName.GATEWAY, PortName.GATEWAY_MANAGEMENT),
    CACHE("cache-service", PortName.CACHE_MANAGEMENT, PortName.CACHE_MANAGEMENT),
    INFERENCE("inference-service", PortName.INFERENCE_MANAGEMENT, PortName.INFERENCE_MANAGEMENT),
    PERSISTENCE("persistence-worker", PortName.PERSISTENCE_MANAGEMENT, PortName.PERSISTENCE_MANAGEMENT);

    private final String module;
    private final PortName port;
    private final PortName managementPort;

    Service(String module, PortName port, PortName managementPort) {
        this.module = module;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** The service whose module has this name. */
    public static Service of(String module) {
        return Stream.of(values())
                .filter(service -> service.module.equals(module))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no service is called " + module));
    }

    public String module() {
        return module;
    }

    /** What has to be there before it starts. */
    public Set<String> needs() {
        return switch (this) {
            case GATEWAY, INFERENCE -> Set.of("topics");
            case CACHE -> Set.of("topics", "redis");
            case PERSISTENCE -> Set.of("topics", "dynamodb");
        };
    }

    /** Where it listens: for requests, or, if it has no interface but that for operators, for these. */
    public PortName port() {
        return port;
    }

    public PortName managementPort() {
        return managementPort;
    }

    /** Its heap on one machine with all the others. */
    List<String> heap() {
        return switch (this) {
            case GATEWAY, INFERENCE -> List.of("-Xms192m", "-Xmn96m", "-Xmx384m");
            case CACHE, PERSISTENCE -> List.of("-Xms64m", "-Xmx256m");
        };
    }
}
