package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@Tag("cache-service")
class CacheSystemTest {
    private static final LocalStack STACK = SharedStack.get();

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @AfterEach
    void everyRequestHasOneTurn() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void answersARepeatedQuestionWithTheSameEvents() throws Exception {
        ObjectNode question = ChatClient.question();
        List<Answer> misses = new ArrayList<>();
        Answer hit = Eventually.value(
                () -> {
                    Answer answer = chat.ask(question);
                    if (answer.cache().equals("miss")) {
                        misses.add(answer);
                    }
                    return answer;
                },
                answer -> answer.cache().equals("exact"));
        assertThat(misses).isNotEmpty();
        assertThat(misses.stream().map(Answer::events)).contains(hit.events());
        assertThat(misses.stream().map(Answer::generation)).doesNotContain(hit.generation());
    }

    @Test
    void recognisesAnEquivalentRequest() throws Exception {
        String text = UUID.randomUUID().toString();
        chat.askUntilCached(ChatClient.question(text, ChatClient.QUICK));
        String equivalent = """
                { "messages" : [ {"content":"%s [[sim: %s]]", "role":"user"} ],
                  "metadata": {"user_id": "user-1"}, "max_tokens" : 1000, "model": "claude-opus-4-5" }""".formatted(text, ChatClient.QUICK);
        Answer whole = chat.send(
                "POST", "/v1/messages", equivalent.getBytes(UTF_8), "authorization", "Bearer " + LocalStack.KEY);
        assertThat(whole.cache()).isEqualTo("exact");
        assertThat(whole.json().at("/content/0/text").stringValue("")).isNotEmpty();
    }

    @Test
    void sharesAnswersBetweenTheApis() throws Exception {
        String text = UUID.randomUUID().toString();
        Map<String, ?> completion = Map.of(
                "model",
                "claude-opus-4-5",
                "max_completion_tokens",
                1000,
                "messages",
                List.of(Map.of("role", "user", "content", text + " [[sim: " + ChatClient.QUICK + "]]")));
        Eventually.value(
                () -> chat.sendJson("POST", "/v1/chat/completions", completion),
                answer -> answer.cache().equals("exact"));
        assertThat(chat.ask(ChatClient.question(text, ChatClient.QUICK)).cache())
                .isEqualTo("exact");
    }

    @Test
    void honoursCacheControl() throws Exception {
        ObjectNode question = ChatClient.question();
        String conversation = conversation();
        assertThat(chat.ask(question, "cache-control", "no-store", "x-parley-conversation", conversation)
                        .cache())
                .isEqualTo("bypass");
        awaitRead(conversation);
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
        chat.askUntilCached(question);
        assertThat(chat.ask(question, "cache-control", "no-cache").cache()).isEqualTo("bypass");
    }

    @Test
    void doesNotCacheAnIncompleteAnswer() throws Exception {
        ObjectNode question =
                ChatClient.question("first_token_ms=0 tokens=20 tokens_per_second=1000 fault=cut,cut,cut after=5");
        String conversation = conversation();
        assertThat(chat.ask(question, "x-parley-conversation", conversation).types())
                .endsWith("error");
        awaitRead(conversation);
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
    }

    private static String conversation() {
        return "conv-" + UUID.randomUUID();
    }

    /** Waits until cache-service has read the turns of a conversation, by one that follows in the same partition. */
    private void awaitRead(String conversation) throws Exception {
        chat.askUntilCached(ChatClient.question(), "x-parley-conversation", conversation);
    }

    @Test
    void answersWithoutRedisAndUsesItAfterItsReturn() throws Exception {
        ObjectNode question = ChatClient.question();
        chat.askUntilCached(question);
        STACK.process("redis", 0).crash();
        try {
            Answer without = chat.ask(question);
            assertThat(without.cache()).isIn("miss", "shared");
            assertThat(without.text()).isNotEmpty();
        } finally {
            STACK.process("redis", 0).restart();
        }
        chat.askUntilCached(question);
    }
}
