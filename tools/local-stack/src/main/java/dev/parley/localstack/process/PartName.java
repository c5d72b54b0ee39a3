package dev.parley.localstack.process;

/**
 * Which part of the system, and which of its replicas.
 *
 * @param replica counts from 0
 */
public record PartName(String name, int replica) {
    /** Good for a log file: {@code gateway-service-1}. */
    @Override
    public String toString() {
        return name + "-" + replica;
    }
}
