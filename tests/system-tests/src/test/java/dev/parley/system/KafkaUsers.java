package dev.parley.system;

import static java.util.stream.Collectors.toMap;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The users of the production overlay, read from its manifest, each with a random password.
 *
 * @param access by user, what it may do
 * @param passwords by user
 */
record KafkaUsers(Map<String, List<AclBinding>> access, Map<String, String> passwords) {
    private static final String MANIFEST = "k8s/overlays/production/kafka-users.yaml";
    private static final int ITERATIONS = 4096;

    static KafkaUsers ofProduction() throws IOException {
        Path manifest = Checkout.find().root().resolve(MANIFEST);
        try (var documents = YAMLMapper.builder()
                .build()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(Files.readString(manifest))) {
            Map<String, List<AclBinding>> access = documents.readAll().stream()
                    .collect(toMap(user -> user.at("/metadata/name").asString(), KafkaUsers::bindings));
            return new KafkaUsers(
                    access,
                    access.keySet().stream()
                            .collect(toMap(user -> user, _ -> UUID.randomUUID().toString())));
        }
    }

    private static List<AclBinding> bindings(JsonNode user) {
        String principal = "User:" + user.at("/metadata/name").asString();
        return user.at("/spec/authorization/acls").values().stream()
                .flatMap(acl -> bindings(principal, acl))
                .toList();
    }

    private static Stream<AclBinding> bindings(String principal, JsonNode acl) {
        ResourcePattern resource = new ResourcePattern(
                switch (acl.at("/resource/type").asString()) {
                    case "topic" -> ResourceType.TOPIC;
                    case "group" -> ResourceType.GROUP;
                    case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
                    default -> throw new IllegalArgumentException("not expected in " + MANIFEST + ": " + acl);
                },
                acl.at("/resource/name").asString(),
                acl.at("/resource/patternType").asString().equals("prefix")
                        ? PatternType.PREFIXED
                        : PatternType.LITERAL);
        return acl.path("operations").values().stream()
                .map(operation -> new AclBinding(
                        resource,
                        new AccessControlEntry(
                                principal, "*", operation(operation.asString()), AclPermissionType.ALLOW)));
    }

    /** Strimzi writes the names of Kafka's operations as {@code DescribeConfigs}. */
    private static AclOperation operation(String name) {
        return AclOperation.fromString(
                name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }

    /** Creates the users at a broker, as its administrator. */
    void create(KafkaConnection administrator) {
        try (Admin admin = Admin.create(administrator.client("test-users", Map.of()))) {
            List<UserScramCredentialAlteration> credentials = passwords.entrySet().stream()
                    .<UserScramCredentialAlteration>map(user -> new UserScramCredentialUpsertion(
                            user.getKey(),
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                            user.getValue()))
                    .toList();
            admin.alterUserScramCredentials(credentials).all().get();
            admin.createAcls(access.values().stream().flatMap(List::stream).toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the users cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while users were created", e);
        }
    }

    /** Whether a user may do this with the records of a topic. */
    boolean allows(String user, AclOperation operation, String topic) {
        return access.getOrDefault(user, List.of()).stream()
                .filter(acl -> acl.pattern().resourceType() == ResourceType.TOPIC)
                .filter(acl -> acl.entry().operation() == operation)
                .map(AclBinding::pattern)
                .anyMatch(pattern -> pattern.patternType() == PatternType.PREFIXED
                        ? topic.startsWith(pattern.name())
                        : topic.equals(pattern.name()));
    }

    Set<String> names() {
        return access.keySet();
    }

    /** The value of {@code sasl.jaas.config} for a user. */
    String login(String user) {
        return login(user, passwords.getOrDefault(user, ""));
    }

    static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }
}
