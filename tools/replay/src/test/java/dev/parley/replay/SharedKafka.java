package dev.parley.replay;

import dev.parley.localstack.LocalKafka;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** One broker for all integration tests of this module, which run one after another. It ends with the JVM. */
public final class SharedKafka {
    private static final LocalKafka KAFKA = LocalKafka.start();

    private SharedKafka() {}

    /** Deletes all topics and their records. Returns the bootstrap servers. */
    public static String empty() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.deleteTopics(admin.listTopics().names().get()).all().get();
            awaitNoTopics(admin);
            return KAFKA.bootstrapServers();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be deleted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were deleted", e);
        }
    }

    /** Waits up to 10 seconds, because the broker learns of changes after the controller. */
    private static void awaitNoTopics(Admin admin) throws ExecutionException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(10);
        while (!admin.listTopics().names().get().isEmpty()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("the topics still exist 10 seconds after their deletion");
            }
        }
    }

    /** Deletes all topics and creates those of Parley. Returns the bootstrap servers. */
    public static String withEmptyTopics() {
        String bootstrapServers = empty();
        KAFKA.withTopics();
        return bootstrapServers;
    }
}
