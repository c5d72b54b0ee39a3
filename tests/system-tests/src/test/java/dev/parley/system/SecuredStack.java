package dev.parley.system;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.servers.KafkaListener;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A system whose services reach Kafka by SASL_SSL, each as its own user with the rights of the production overlay, and Redis by
 * TLS as a user of its own. All passwords are in files.
 *
 * @param directory certificates and, by service, secrets
 */
record SecuredStack(
        LocalStack stack,
        Path directory,
        TestCertificates certificates,
        KafkaUsers users,
        KafkaListener kafka,
        int redisPort,
        String redisPassword)
        implements AutoCloseable {
    static final List<String> SERVICES =
            List.of("gateway-service", "inference-service", "cache-service", "persistence-worker");

    static final String CLAUDE_KEY = "ANTHROPIC_API_KEY";

    private static final String PULSE = "pulse";

    /** Starts it, with its files in a directory. */
    static SecuredStack start(Path directory) throws IOException, InterruptedException {
        TestCertificates certificates = TestCertificates.in(directory);
        KafkaUsers users = KafkaUsers.ofProduction();
        List<Integer> ports = FreePorts.pick(2);
        KafkaListener kafka = listener(ports.get(0), certificates.keyStore());
        String redisPassword = UUID.randomUUID().toString();
        // As docs/operations/connections.md has it, with the least for the probe of the test.
        Path redisUsers = Files.writeString(directory.resolve("users.acl"), """
                user default on nopass resetkeys resetchannels -@all +ping
                user parley on >%s ~parley:* resetchannels +@all -@admin -@dangerous
                """.formatted(redisPassword));
        int redisPort = ports.get(1);
        StackSettings settings = new StackSettings()
                .kafkaListener(kafka)
                .access(users::create)
                .redisArguments(redis(redisPort, certificates, redisUsers));
        for (String service : SERVICES) {
            Path secrets = Files.createDirectory(directory.resolve(service));
            Files.writeString(
                    secrets.resolve(KafkaConnection.variable("sasl.jaas.config")), users.login(service) + "\n");
            Files.writeString(
                    secrets.resolve("PARLEY_REDIS_URL"),
                    "rediss://parley:" + redisPassword + "@127.0.0.1:" + redisPort);
            Files.writeString(secrets.resolve(CLAUDE_KEY), "first");
            Map<String, String> variables = variables(kafka, certificates);
            variables.put("PARLEY_SECRETS", secrets.toString());
            variables.put("PARLEY_REDIS_CA_FILE", certificates.authority().toString());
            // They are files here.
            variables.put("PARLEY_REDIS_URL", "");
            variables.put(CLAUDE_KEY, "");
            settings.environment(service, variables);
        }
        Map<String, String> page = variables(kafka, certificates);
        page.put(KafkaConnection.variable("sasl.jaas.config"), users.login(PULSE));
        settings.environment(PULSE, page);
        return new SecuredStack(
                LocalStack.start(settings), directory, certificates, users, kafka, redisPort, redisPassword);
    }

    /** A second port of Redis, with TLS, and users. */
    private static List<String> redis(int port, TestCertificates certificates, Path users) {
        return List.of(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificates.certificate().toString(),
                "--tls-key-file",
                certificates.privateKey().toString(),
                "--tls-ca-cert-file",
                certificates.certificate().toString(),
                "--tls-auth-clients",
                "no",
                "--aclfile",
                users.toString());
    }

    /**
     * A listener for users with a password (SCRAM-SHA-512), who may do what access control lists (ACLs) allow. On the plain
     * listener, which the test uses itself, everything is allowed.
     *
     * @param keys the broker's private key and certificate, in PEM
     */
    private static KafkaListener listener(int port, Path keys) {
        return new KafkaListener(
                "SECURED", "SASL_SSL", port, port, """
                listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512
                listener.name.secured.scram-sha-512.sasl.jaas.config=\
                org.apache.kafka.common.security.scram.ScramLoginModule required;
                listener.name.secured.ssl.keystore.type=PEM
                listener.name.secured.ssl.keystore.location=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                """.formatted(keys.toString().replace("\\", "\\\\")));
    }

    private static Map<String, String> variables(KafkaListener kafka, TestCertificates certificates) {
        Map<String, String> variables = new HashMap<>();
        variables.put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        properties(certificates).forEach((name, value) -> variables.put(KafkaConnection.variable(name), value));
        return variables;
    }

    private static Map<String, String> properties(TestCertificates certificates) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificates.authority().toString());
    }

    /** The variables of a program that connects as this user. */
    Map<String, String> variablesOf(String user) {
        Map<String, String> variables = variables(kafka, certificates);
        variables.put(KafkaConnection.variable("sasl.jaas.config"), users.login(user));
        return variables;
    }

    /** The connection of a plain client with this login. */
    KafkaConnection connection(String login) {
        Map<String, String> properties = new HashMap<>(properties(certificates));
        properties.put("sasl.jaas.config", login);
        return new KafkaConnection(kafka.bootstrapServers(), properties);
    }

    @Override
    public void close() {
        stack.close();
    }
}
