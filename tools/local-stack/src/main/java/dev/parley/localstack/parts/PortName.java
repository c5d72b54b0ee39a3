package dev.parley.localstack.parts;

/** The ports of the system, as {@code ./parley up} uses them unless an environment variable moves them. */
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
    PULSE(9480);

    private final int usual;

    PortName(int usual) {
        this.usual = usual;
    }

    int usual() {
        return usual;
    }

    /** The environment variable that moves it; for what has replicas, it moves replica 0 and the others follow. */
    public String variable() {
        return "PARLEY_" + name() + "_PORT";
    }
}
