package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Titles, deletions and stored history of conversations, also with a slow or rebuilt table. */
@ExtendWith(SharedStack.class)
class ConversationSystemTest {
    private static final LocalStack STACK = SharedStack.get();

    private final ChatClient chat = new ChatClient(STACK.gateway(0));
    private final String conversation = "conv-" + UUID.randomUUID();
    private final String path = "/v1/conversations/" + conversation;

    @Test
    void aTitleSurvivesLaterTurns() throws Exception {
        renameBetweenTurns();
    }

    @Test
    @Tag("faults")
    void aTitleSurvivesARebuiltTable() throws Exception {
        renameBetweenTurns();

        rebuildTable();

        assertThat(stored(2).path("title").stringValue()).isEqualTo("Mine");
    }

    private void renameBetweenTurns() throws Exception {
        Answer first = ask(ChatClient.question("Where it begins", ChatClient.QUICK));
        stored(1);
        // 202 while the table is late.
        Eventually.value(
                () -> chat.sendJson("PATCH", path, Map.of("title", "Mine")).status(), status -> status == 200);
        assertThat(chat.get(path).json().path("title").stringValue()).isEqualTo("Mine");
        ask(ChatClient.question());
        assertThat(stored(2).path("title").stringValue()).isEqualTo("Mine");
        assertThat(chat.get("/v1/conversations?query=mine&limit=100").body()).contains(conversation);
        assertThat(chat.get(path + "/export").body())
                .startsWith("# Mine\n")
                .contains("Where it begins")
                .contains(first.text());
    }

    /** The two last requests follow the deletion, so all earlier records of their partition have been read by then. */
    @Tag("cache-service")
    @Test
    void aDeletionCoversTableCacheAndLateTurns() throws Exception {
        ObjectNode question = ChatClient.question();
        ask(question);
        chat.askUntilCached(question, "x-parley-conversation", conversation);
        ObjectNode slow = ChatClient.question("first_token_ms=2000 tokens=5 tokens_per_second=1000");
        CompletableFuture<Answer> running = chat.askAsync(slow, "x-parley-conversation", conversation);
        chat.awaitStored(conversation);

        // 202 while the table is late.
        Answer deletion = Eventually.value(() -> chat.delete(path), answer -> answer.status() == 200);
        assertThat(deletion.json().path("stored_messages").stringValue()).isEqualTo("deleted");
        assertThat(chat.get(path).status()).isEqualTo(404);
        Answer repeated = Eventually.value(() -> chat.delete(path), answer -> answer.status() == 200);
        assertThat(repeated.json().path("stored_messages").stringValue())
                .as("repeated deletion")
                .isEqualTo("deleted");
        assertThat(running.join().status()).isEqualTo(200);

        ObjectNode anew = ChatClient.question();
        Answer begun = ask(anew);
        assertThat(stored(1).at("/turns/0/generation").stringValue()).isEqualTo(begun.generation());
        chat.askUntilCached(anew, "x-parley-conversation", conversation);
        assertThat(chat.ask(question).cache()).as("answer before the deletion").isEqualTo("miss");
        assertThat(chat.ask(slow).cache())
                .as("answer that ended after the deletion")
                .isEqualTo("miss");
    }

    @Test
    void usesTheStoredHistoryWhileThePersistenceWorkerIsFrozen() throws Exception {
        GrowingConversation growing = new GrowingConversation(STACK, conversation);
        ManagedProcess worker = STACK.process("persistence-worker", 0);
        worker.pause();
        try {
            for (int turn = 0; turn < 4; turn++) {
                growing.next(chat);
            }
        } finally {
            worker.resume();
        }
        stored(4);
        growing.next(chat);
        growing.next(chat);
    }

    private Answer ask(ObjectNode question) throws Exception {
        return chat.ask(question, "x-parley-conversation", conversation);
    }

    /** Waits until the conversation has this many turns. */
    private JsonNode stored(int turns) throws Exception {
        return Eventually.value(
                () -> chat.get(path).json(), read -> read.path("turns").size() == turns);
    }

    private static void rebuildTable() throws Exception {
        ManagedProcess worker = STACK.process("persistence-worker", 0);
        worker.stop();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", STACK.kafka()));
                DynamoDbClient dynamoDb = Projection.client(STACK)) {
            Eventually.value(() -> isGroupDeleted(admin, "persistence-worker"), done -> done);
            dynamoDb.deleteTable(delete -> delete.tableName(Projection.TABLE));
        } finally {
            STACK.restart("persistence-worker", 0);
        }
    }

    /** Whether the group could be deleted; fails while the broker still counts a member. */
    private static boolean isGroupDeleted(Admin admin, String group) throws InterruptedException {
        try {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(KafkaException.class);
            return false;
        }
    }
}
