package dev.parley.localstack.parts;

import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.Readiness;
import java.net.URI;

/** How one asks each part whether it is ready. */
public final class PartReadiness {
    private PartReadiness() {}

    /** The question for a part that another process has started. */
    public static Readiness of(PartName name, int port, int managementPort) {
        return switch (name.name()) {
            case "kafka" -> kafka(port);
            case "redis" -> redis(port);
            case "dynamodb" -> dynamoDb(port);
            case "claude-simulator" -> simulator(port);
            case "pulse" -> pulse(port);
            default -> service(managementPort);
        };
    }

    static Readiness kafka(int port) {
        return new KafkaReadiness(port);
    }

    static Readiness redis(int port) {
        return new RedisReadiness(port);
    }

    /** It answers a request without a signature with 400. */
    static Readiness dynamoDb(int port) {
        return HttpReadiness.anyAnswer(DynamoDbPart.endpoint(port));
    }

    static Readiness simulator(int port) {
        return HttpReadiness.anyAnswer(SimulatorPart.address(port));
    }

    static Readiness pulse(int port) {
        return HttpReadiness.success(PulsePart.health(port));
    }

    static Readiness service(int managementPort) {
        return HttpReadiness.success(URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"));
    }
}
