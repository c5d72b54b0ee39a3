package dev.parley.localstack.servers;

/**
 * A listener of a broker.
 *
 * @param name in capital letters
 * @param protocol Kafka's security protocol
 * @param port where the broker listens
 * @param advertisedPort where its clients connect: that of a proxy, or the same
 * @param settings lines for the broker's properties
 */
public record KafkaListener(String name, String protocol, int port, int advertisedPort, String settings) {
    /** Without security, and without a proxy. */
    static KafkaListener plain(int port) {
        return new KafkaListener("PLAINTEXT", "PLAINTEXT", port, port, "");
    }

    /** The addresses for clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + advertisedPort;
    }
}
