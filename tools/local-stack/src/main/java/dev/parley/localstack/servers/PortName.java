package dev.parley.localstack.servers;

/** The ports of the system, each with its default for {@code ./parley up}. */
public enum PortName {
    GATEWAY(8080),
    SIMULATOR(8090),
    KAFKA(9092),
    KAFKA_CONTROLLER(9093),
    REDIS(6390),
    DYNAMODB(8010),
    GATEWAY_MANAGEMENT(9080),
    INFERENCE_MANAGEMENT(9180),
    CACHE_MANAGEMENT(9280),
    PERSISTENCE_MANAGEMENT(9380),
    PULSE(9480),
    VARNISH(8070),
    PROMETHEUS(9490),
    ALERTMANAGER(9500),
    KAFKA_METRICS(9580);

    private final int standard;

    PortName(int standard) {
        this.standard = standard;
    }

    int standard() {
        return standard;
    }

    /** The environment variable that moves it: replica 0 has this port, and replica i the i-th above it. */
    public String variable() {
        return "PARLEY_" + name() + "_PORT";
    }
}
