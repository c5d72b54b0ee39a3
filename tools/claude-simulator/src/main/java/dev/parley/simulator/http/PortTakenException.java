package dev.parley.simulator.http;

/** Something else listens on the simulator's port. */
public final class PortTakenException extends RuntimeException {
    PortTakenException(int port, Throwable cause) {
        super("port " + port + " is taken; another can be set with PARLEY_SIMULATOR_PORT", cause);
    }
}
