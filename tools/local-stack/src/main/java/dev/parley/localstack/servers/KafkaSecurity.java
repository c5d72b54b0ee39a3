package dev.parley.localstack.servers;

import dev.parley.eventlog.KafkaConnection;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A second listener of the broker, with SASL_SSL (SCRAM-SHA-512), whose users may do what access control lists (ACLs) allow.
 * On the first listener, which stays as it is for the test itself, everything is allowed.
 *
 * @param port the listener
 * @param keys the broker's private key and certificate, in PEM
 * @param access creates the users and their ACLs, once the topics exist; it gets the connection to the first listener
 */
public record KafkaSecurity(int port, Path keys, Consumer<KafkaConnection> access) {
    /** The addresses for clients with a user. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    String settings() {
        return """
                listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512
                listener.name.secured.scram-sha-512.sasl.jaas.config=\
                org.apache.kafka.common.security.scram.ScramLoginModule required;
                listener.name.secured.ssl.keystore.type=PEM
                listener.name.secured.ssl.keystore.location=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                """.formatted(keys.toString().replace("\\", "\\\\"));
    }
}
