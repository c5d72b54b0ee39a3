package dev.parley.localstack.process;

/**
 * The program of a process, and which of its replicas it is.
 *
 * @param replica counts from 0
 */
public record ProcessName(String name, int replica) {
    /** Usable as a file name: {@code gateway-service-1}. */
    @Override
    public String toString() {
        return name + "-" + replica;
    }
}
