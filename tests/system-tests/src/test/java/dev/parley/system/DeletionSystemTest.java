package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** A conversation deleted at one gateway is not served by any gateway, even if stores are slow or down. */
@AloneOnReplicatedStack
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeletionSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient FIRST = new ChatClient(STACK.gateway(0));
    private static final ChatClient SECOND = new ChatClient(STACK.gateway(1));
    private static final Simulator SIMULATOR = new Simulator(STACK);
    private static final Duration FROZEN = Duration.ofSeconds(60);

    private final String user = UUID.randomUUID().toString();

    @AfterAll
    static void theTableIsTheFoldOfTheLog() throws Exception {
        Projection.isTheFoldOfTheLog(STACK);
    }

    @Tag("faults")
    @Test
    void aDeletedConversationIsNotServedWhileDynamoDbIsFrozenNorAfterwards() throws Exception {
        String known = conversation();
        String unknown = conversation();
        ObjectNode stored = question("stored");
        Answer first = cached(stored, known);
        FIRST.awaitStored(known);
        assertThat(listed()).contains(known);
        ObjectNode late = question("late");
        ObjectNode only = question("only");
        Instant frozenUntil = Instant.now().plus(FROZEN);
        STACK.process("dynamodb", 0).pause();
        try {
            Answer second = ask(FIRST, late, known);
            Answer third = ask(FIRST, only, unknown);

            assertThat(FIRST.delete(path(known)).status()).isEqualTo(202);
            assertNotServed(known, List.of(first, second));
            assertThat(FIRST.delete(path(unknown)).status()).isEqualTo(202);
            assertNotServed(unknown, List.of(third));
            for (ObjectNode again : List.of(stored, late, only)) {
                assertThat(SECOND.ask(again).cache())
                        .as("answers of a deleted conversation")
                        .isEqualTo("miss");
            }
            Eventually.value(Instant::now, now -> now.isAfter(frozenUntil));
        } finally {
            STACK.process("dynamodb", 0).resume();
        }

        for (String conversation : List.of(known, unknown)) {
            Eventually.value(() -> SECOND.delete(path(conversation)).status(), status -> status == 200);
            assertThat(FIRST.get(path(conversation)).status()).isEqualTo(404);
            assertThat(SECOND.get(path(conversation) + "/export").status()).isEqualTo(404);
            assertThat(listed()).doesNotContain(conversation);
        }
        Answer anew = ask(SECOND, question("anew"), unknown);
        assertThat(FIRST.awaitStored(unknown).json().path("turns")).hasSize(1);
        assertThat(FIRST.get(path(unknown)).body()).contains(anew.generation()).doesNotContain("only " + user);
    }

    @Tag("cache-service")
    @Test
    void deletedAnswersAreNotServedByARecoveredCache() throws Exception {
        String conversation = conversation();
        ObjectNode question = question("kept");
        ObjectNode others = question("kept elsewhere");
        cached(question, conversation);
        cached(others, conversation());
        STACK.process("redis", 0).pause();
        try {
            assertThat(FIRST.delete(path(conversation)).status()).isIn(200, 202);
            assertThat(SECOND.ask(question("during the freeze")).status()).isEqualTo(200);
        } finally {
            STACK.process("redis", 0).resume();
        }
        cached(others, conversation());
        assertThat(SECOND.ask(question).cache()).isEqualTo("miss");
    }

    @Test
    void aRunningAnswerOfADeletedConversationContinuesOnlyForItsReader() throws Exception {
        String conversation = conversation();
        ObjectNode question = ChatClient.question("running " + user, "first_token_ms=0 tokens=60 tokens_per_second=15");
        question.putObject("metadata").put("user_id", user);
        try (StreamedAnswer running =
                FIRST.read(question, "x-parley-conversation", conversation).untilCharacters(20)) {
            assertThat(SECOND.delete(path(conversation)).status()).isIn(200, 202);
            Answer resumed = FIRST.get(running.eventsPath());
            assertThat(resumed.status()).isEqualTo(404);
            int before = SIMULATOR.counter("calls");
            CompletableFuture<Answer> again = FIRST.askAsync(question);
            assertThat(running.toTheEnd().lastType()).isEqualTo("message_stop");
            assertThat(again.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(SIMULATOR.counter("calls") - before)
                    .as("calls to Claude")
                    .isEqualTo(1);
            assertThat(new TurnEvents(STACK).of(running.generation())).isNotNull();
        }
        Answer anew = ask(SECOND, question("anew"), conversation);
        assertThat(FIRST.awaitStored(conversation).json().path("turns")).hasSize(1);
        assertThat(FIRST.get(path(conversation)).body()).contains(anew.generation());
    }

    /**
     * Checks that no endpoint of the other gateway serves the conversation; 503 is accepted while stores are
     * unavailable.
     */
    private void assertNotServed(String conversation, List<Answer> answers) throws Exception {
        for (Answer answer : answers) {
            assertThat(SECOND.get("/v1/generations/" + answer.generation() + "/events")
                            .status())
                    .as("resumed")
                    .isEqualTo(404);
        }
        assertThat(SECOND.get(path(conversation)).status()).as("read").isIn(404, 503);
        assertThat(SECOND.get(path(conversation) + "/export").status())
                .as("exported")
                .isIn(404, 503);
        assertThat(SECOND.get(list()).status()).as("listed").isEqualTo(503);
        Answer continued =
                SECOND.ask(question("go on"), "x-parley-conversation", conversation, "x-parley-history", "stored");
        if (continued.status() == 200) {
            assertThat(new TurnEvents(STACK)
                            .of(continued.generation())
                            .facts()
                            .request()
                            .tree()
                            .path("messages"))
                    .as("messages of the continued request")
                    .hasSize(1);
        } else {
            assertThat(continued.status()).isEqualTo(503);
        }
    }

    private ObjectNode question(String text) {
        ObjectNode question = ChatClient.question(text + " " + user, ChatClient.QUICK);
        question.putObject("metadata").put("user_id", user);
        return question;
    }

    private static Answer ask(ChatClient chat, ObjectNode question, String conversation) throws Exception {
        return chat.ask(question, "x-parley-conversation", conversation).succeeded();
    }

    /** Repeats the request in a conversation until the answer comes from the cache. */
    private static Answer cached(ObjectNode question, String conversation) throws Exception {
        return FIRST.askUntilCached(question, "x-parley-conversation", conversation);
    }

    private static String conversation() {
        return "conv-" + UUID.randomUUID();
    }

    private String list() {
        return "/v1/conversations?limit=100&user=" + user;
    }

    /** The list of the conversations of the user, by the other gateway. */
    private String listed() throws Exception {
        return SECOND.get(list()).succeeded().body();
    }

    private static String path(String conversation) {
        return "/v1/conversations/" + conversation;
    }
}
