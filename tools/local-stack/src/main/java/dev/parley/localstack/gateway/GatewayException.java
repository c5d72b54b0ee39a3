package dev.parley.localstack.gateway;

/** The gateway refused a request, broke off an answer, or cannot be reached. The message is for the terminal. */
public final class GatewayException extends RuntimeException {
    GatewayException(String message) {
        super(message);
    }
}
