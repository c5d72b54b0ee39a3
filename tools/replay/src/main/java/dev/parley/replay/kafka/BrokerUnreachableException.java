package dev.parley.replay.kafka;

/** The broker does not answer. */
public final class BrokerUnreachableException extends RuntimeException {
    BrokerUnreachableException(String message) {
        super(message);
    }

    BrokerUnreachableException(String bootstrapServers, Exception cause) {
        super(
                "no Kafka broker answers at " + bootstrapServers
                        + "; check that it runs (./parley ps) and the address (--bootstrap-servers)",
                cause);
    }
}
