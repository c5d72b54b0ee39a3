package dev.parley.replay.kafka;

/** The broker does not answer. */
public final class BrokerUnreachableException extends RuntimeException {
    BrokerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    BrokerUnreachableException(String message) {
        super(message);
    }
}
