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

    private final Chat chat = new Chat(STACK.gateway(0));

    @AfterEach
    void everyRequestHasOneTurn() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
    }

    @Test
    void answersARepeatedQuestionWithTheSameEvents() throws Exception {
        ObjectNode question = Chat.question(QUICK);
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
    void recognisesTheSameQuestionInAnotherSpelling() throws Exception {
        String text = UUID.randomUUID().toString();
        repeated(Chat.question(text, QUICK));
        String otherwise = """
                { "messages" : [ {"content":"%s [[sim: %s]]", "role":"user"} ],
                  "metadata": {"user_id": "somebody"}, "max_tokens" : 1000, "model": "claude-sonnet-4-5" }""".formatted(text, QUICK);
        Answer whole = chat.send(
                "POST", "/v1/messages", otherwise.getBytes(UTF_8), "authorization", "Bearer " + LocalStack.KEY);
        assertThat(whole.cache()).isEqualTo("exact");
        assertThat(whole.json().at("/content/0/text").stringValue("")).isNotEmpty();
    }

    @Test
    void asksClaudeAgainWhenTheClientWantsIt() throws Exception {
        ObjectNode question = Chat.question(QUICK);
        assertThat(chat.ask(question, "cache-control", "no-store").cache()).isEqualTo("bypass");
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
        repeated(question);
        assertThat(chat.ask(question, "cache-control", "no-cache").cache()).isEqualTo("bypass");
    }

    @Test
    void doesNotKeepAnAnswerThatWasCut() throws Exception {
        ObjectNode question =
                Chat.question("first_token_ms=0 tokens=20 tokens_per_second=1000 fault=cut,cut,cut after=5");
        assertThat(chat.ask(question).events().getLast().path("type").stringValue(""))
                .isEqualTo("error");
        assertThat(chat.ask(question).cache()).isEqualTo("miss");
    }

    @Test
    void answersWithoutRedisAndUsesItAgainWhenItIsBack() throws Exception {
        ObjectNode question = Chat.question(QUICK);
        repeated(question);
        STACK.process("redis", 0).crash();
        try {
            Answer without = chat.ask(question);
            assertThat(without.cache()).isEqualTo("miss");
            assertThat(without.text()).isNotEmpty();
        } finally {
            STACK.process("redis", 0).restart();
        }
        repeated(question);
    }

    /** It is not on the way of a request: known answers are found without it, and what is given meanwhile is kept later. */
    @Test
    void answersWithoutTheServiceThatKeepsAnswers() throws Exception {
        ObjectNode known = Chat.question(QUICK);
        repeated(known);
        String conversation = "conv-" + UUID.randomUUID();
        List<ObjectNode> questions = List.of(Chat.question(QUICK), Chat.question(QUICK), Chat.question(QUICK));
        List<Answer> given = new ArrayList<>();
        STACK.process("cache-service", 0).crash();
        try {
            for (ObjectNode question : questions) {
                given.add(chat.ask(question, "x-parley-conversation", conversation));
            }
            assertThat(chat.ask(known).cache()).isEqualTo("exact");
        } finally {
            STACK.process("cache-service", 0).restart();
        }
        assertThat(given).allMatch(answer -> answer.cache().equals("miss") && answer.status() == 200);
        // Its turns come after theirs, in the same partition.
        ObjectNode later = Chat.question(QUICK);
        Eventually.value(
                () -> chat.ask(later, "x-parley-conversation", conversation),
                answer -> answer.cache().equals("exact"));
        for (int i = 0; i < given.size(); i++) {
            Answer hit = chat.ask(questions.get(i));
            assertThat(hit.cache()).isEqualTo("exact");
            assertThat(hit.events()).isEqualTo(given.get(i).events());
        }
    }

    /** Asks until the answer, which is stored a moment after it was given, comes from the cache. */
    private Answer repeated(ObjectNode question) throws Exception {
        return Eventually.value(
                () -> chat.ask(question), answer -> answer.cache().equals("exact"));
    }
}
