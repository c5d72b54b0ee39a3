package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class CacheSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String QUICK = "first_token_ms=0 tokens=20 tokens_per_second=1000";

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @AfterEach
    void everyRequestHasOneTurn() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void answersARepeatedQuestionWithTheSameEvents() throws Exception {
        ObjectNode question = ChatClient.question(QUICK);
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
        repeated(ChatClient.question(text, QUICK));
        String equivalent = """
                { "messages" : [ {"content":"%s [[sim: %s]]", "role":"user"} ],
                  "metadata": {"user_id": "user-1"}, "max_tokens" : 1000, "model": "claude-opus-4-5" }""".formatted(text, QUICK);
        Answer whole = chat.send(
                "POST", "/v1/messages", equivalent.getBytes(UTF_8), "authorization", "Bearer " + LocalStack.KEY);
        assertThat(whole.cache()).isEqualTo("exact");
        assertThat(whole.json().at("/content/0/text").stringValue("")).isNotEmpty();
    }

    @Test
    void honoursCacheControl() throws Exception {
        ObjectNode question = ChatClient.question(QUICK);
        assertThat(chat.ask(question, "cache-control", "no-store").cache()).isEqualTo("bypass");
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
        repeated(question);
        assertThat(chat.ask(question, "cache-control", "no-cache").cache()).isEqualTo("bypass");
    }

    @Test
    void doesNotCacheAnIncompleteAnswer() throws Exception {
        ObjectNode question =
                ChatClient.question("first_token_ms=0 tokens=20 tokens_per_second=1000 fault=cut,cut,cut after=5");
        assertThat(chat.ask(question).events().getLast().path("type").stringValue(""))
                .isEqualTo("error");
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
    }

    @Test
    void answersWithoutRedisAndUsesItAfterItsReturn() throws Exception {
        ObjectNode question = ChatClient.question(QUICK);
        repeated(question);
        STACK.process("redis", 0).crash();
        try {
            Answer without = chat.ask(question);
            assertThat(without.cache()).isIn("miss", "shared");
            assertThat(without.text()).isNotEmpty();
        } finally {
            STACK.process("redis", 0).restart();
        }
        repeated(question);
    }

    /** Repeats the request until the answer comes from the cache; answers are stored asynchronously. */
    private Answer repeated(ObjectNode question) throws Exception {
        return Eventually.value(
                () -> chat.ask(question), answer -> answer.cache().equals("exact"));
    }
}
