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

/** What a client deletes at one gateway is served by none from then on, whatever is slow or down. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeletionSystemTest {
    private static final LocalStack STACK = DoubledStack.get();
    private static final Chat HERE = new Chat(STACK.gateway(0));
    private static final Chat THERE = new Chat(STACK.gateway(1));
    private static final Duration FROZEN = Duration.ofSeconds(60);
    private static final String QUICK = "first_token_ms=0 tokens=20 tokens_per_second=1000";

    private final String user = UUID.randomUUID().toString();

    @AfterAll
    static void keepsItsPromises() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
    }

    @Tag("faults")
    @Test
    void nothingOfItIsServedWhileDynamoDbIsFrozenForAMinuteNorAfterwards() throws Exception {
        String known = conversation();
        String unknown = conversation();
        ObjectNode stored = question("stored");
        Answer first = cached(stored, known);
        stored(known);
        ObjectNode late = question("late");
        ObjectNode only = question("only");
        Instant thaw = Instant.now().plus(FROZEN);
        STACK.process("dynamodb", 0).pause();
        try {
            Answer second = ask(HERE, late, known);
            Answer third = ask(HERE, only, unknown);

            assertThat(HERE.delete(path(known)).status()).isEqualTo(202);
            assertNotServed(known, List.of(first, second));
            assertThat(HERE.delete(path(unknown)).status()).isEqualTo(202);
            assertNotServed(unknown, List.of(third));
            for (ObjectNode again : List.of(stored, late, only)) {
                assertThat(THERE.ask(again).cache())
                        .as("of a deleted conversation")
                        .isEqualTo("miss");
            }
            Eventually.value(Instant::now, now -> now.isAfter(thaw));
        } finally {
            STACK.process("dynamodb", 0).resume();
        }

        for (String conversation : List.of(known, unknown)) {
            Eventually.value(() -> THERE.delete(path(conversation)).status(), status -> status == 200);
            assertThat(HERE.get(path(conversation)).status()).isEqualTo(404);
            assertThat(THERE.get(path(conversation) + "/export").status()).isEqualTo(404);
        }
        Answer anew = ask(THERE, question("anew"), unknown);
        assertThat(stored(unknown).json().path("turns")).hasSize(1);
        assertThat(HERE.get(path(unknown)).body()).contains(anew.generation()).doesNotContain("only " + user);
    }

    @Test
    void itsAnswersAreNotInTheCacheThatComesBackWithThem() throws Exception {
        String conversation = conversation();
        ObjectNode question = question("kept");
        ObjectNode others = question("kept elsewhere");
        cached(question, conversation);
        cached(others, conversation());
        STACK.process("redis", 0).pause();
        try {
            assertThat(HERE.delete(path(conversation)).status()).isIn(200, 202);
            assertThat(THERE.ask(question("meanwhile")).status()).isEqualTo(200);
        } finally {
            STACK.process("redis", 0).resume();
        }
        cached(others, conversation());
        assertThat(THERE.ask(question).cache()).isEqualTo("miss");
    }

    @Test
    void aRunningAnswerGoesOnForItsReaderAndForNobodyElse() throws Exception {
        String conversation = conversation();
        ObjectNode question = Chat.question("running " + user, "first_token_ms=0 tokens=60 tokens_per_second=15");
        question.putObject("metadata").put("user_id", user);
        try (Reading running =
                HERE.read(question, "x-parley-conversation", conversation).untilCharacters(20)) {
            assertThat(THERE.delete(path(conversation)).status()).isIn(200, 202);
            Answer resumed = HERE.get("/v1/generations/" + running.generation() + "/events");
            assertThat(resumed.status()).isEqualTo(404);
            int before = calls();
            CompletableFuture<Answer> again = HERE.askAsync(question);
            assertThat(running.toTheEnd().lastType()).isEqualTo("message_stop");
            assertThat(again.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(calls() - before).as("calls to Claude").isEqualTo(1);
            assertThat(new Turns(STACK).of(running.generation())).isNotNull();
        }
        Answer anew = ask(THERE, question("anew"), conversation);
        assertThat(stored(conversation).json().path("turns")).hasSize(1);
        assertThat(HERE.get(path(conversation)).body()).contains(anew.generation());
    }

    /** Not even by the other gateway, at once. What cannot be read at the moment is not served either. */
    private void assertNotServed(String conversation, List<Answer> answers) throws Exception {
        for (Answer answer : answers) {
            assertThat(THERE.get("/v1/generations/" + answer.generation() + "/events")
                            .status())
                    .as("resumed")
                    .isEqualTo(404);
        }
        assertThat(THERE.get(path(conversation)).status()).as("read").isIn(404, 503);
        assertThat(THERE.get(path(conversation) + "/export").status())
                .as("exported")
                .isIn(404, 503);
        assertThat(THERE.get("/v1/conversations?limit=100&user=" + user).body())
                .as("listed")
                .doesNotContain(conversation);
        Answer continued =
                THERE.ask(question("go on"), "x-parley-conversation", conversation, "x-parley-history", "stored");
        if (continued.status() == 200) {
            assertThat(new Turns(STACK)
                            .of(continued.generation())
                            .facts()
                            .request()
                            .tree()
                            .path("messages"))
                    .as("its history")
                    .hasSize(1);
        } else {
            assertThat(continued.status()).isEqualTo(503);
        }
    }

    private ObjectNode question(String text) {
        ObjectNode question = Chat.question(text + " " + user, QUICK);
        question.putObject("metadata").put("user_id", user);
        return question;
    }

    private static Answer ask(Chat chat, ObjectNode question, String conversation) throws Exception {
        Answer answer = chat.ask(question, "x-parley-conversation", conversation);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** Asks in a conversation until the answer comes from the cache. */
    private static Answer cached(ObjectNode question, String conversation) throws Exception {
        return Eventually.value(
                () -> ask(HERE, question, conversation),
                answer -> answer.cache().equals("exact"));
    }

    /** The conversation, as soon as it is in the table. */
    private static Answer stored(String conversation) throws Exception {
        return Eventually.value(() -> HERE.get(path(conversation)), answer -> answer.status() == 200);
    }

    private static String conversation() {
        return "conv-" + UUID.randomUUID();
    }

    private static String path(String conversation) {
        return "/v1/conversations/" + conversation;
    }

    /** How many calls the simulator has had. */
    private static int calls() throws Exception {
        return new Chat(STACK.simulator())
                .get("/simulator/counters")
                .json()
                .path("calls")
                .intValue();
    }
}
