package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PersistenceSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final int CHATS = 200;
    private static final int CONVERSATIONS = 20;

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @Test
    void storesEachTurnOnceWhenTheWorkerIsKilled() throws Exception {
        String prefix = "conv-" + UUID.randomUUID();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            answers.add(chat.askAsync(
                    ChatClient.question("first_token_ms=20 tokens=20 tokens_per_second=200"),
                    "x-parley-conversation",
                    prefix + "-" + i % CONVERSATIONS));
            if (i == CHATS / 2) {
                answers.get(i / 2).get(60, TimeUnit.SECONDS);
                STACK.process("persistence-worker", 0).crash();
            }
        }
        for (CompletableFuture<Answer> answer : answers) {
            answer.get(90, TimeUnit.SECONDS).succeeded();
        }
        STACK.process("persistence-worker", 0).restart();

        List<String> asked = answers.stream()
                .map(answer -> answer.join().generation())
                .sorted()
                .toList();
        List<String> stored = Eventually.value(() -> stored(prefix), generations -> generations.size() >= CHATS);
        assertThat(stored).containsExactlyElementsOf(asked);
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void answersWithoutDynamoDbAndCompletesTheHistoryAfterwards() throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        STACK.process("dynamodb", 0).pause();
        Answer answer;
        try {
            answer = chat.ask(ChatClient.question(), "x-parley-conversation", conversation)
                    .succeeded();
            assertThat(answer.text()).isNotEmpty();
            Answer history = chat.get("/v1/conversations/" + conversation);
            assertThat(history.status()).isEqualTo(503);
            assertThat(history.json().at("/error/type").stringValue("")).isEqualTo("api_error");
        } finally {
            STACK.process("dynamodb", 0).resume();
        }
        JsonNode turn = chat.awaitStored(conversation).json().path("turns").path(0);
        assertThat(turn.path("generation").stringValue("")).isEqualTo(answer.generation());
        assertThat(turn.at("/message/content/0/text").stringValue("")).isEqualTo(answer.text());
    }

    @Test
    void listsTheConversationsOfAUser() throws Exception {
        String user = UUID.randomUUID().toString();
        var question = ChatClient.question();
        question.putObject("metadata").put("user_id", user);
        String conversation = chat.ask(question).header("x-parley-conversation");
        Answer list = Eventually.value(
                () -> chat.get("/v1/conversations?user=" + user),
                read -> !read.json().path("conversations").isEmpty());
        assertThat(list.json().at("/conversations/0/id").stringValue("")).isEqualTo(conversation);
        for (Map.Entry<String, Integer> wrong : Map.of(
                        "/v1/conversations/conv-unknown", 404,
                        "/v1/conversations/not%20one", 400,
                        "/v1/conversations?limit=0", 400,
                        "/v1/conversations?after=nonsense", 400)
                .entrySet()) {
            assertThat(chat.get(wrong.getKey()).status()).as(wrong.getKey()).isEqualTo(wrong.getValue());
        }
    }

    private List<String> stored(String prefix) throws Exception {
        List<String> generations = new ArrayList<>();
        for (int i = 0; i < CONVERSATIONS; i++) {
            Answer read = chat.get("/v1/conversations/" + prefix + "-" + i + "?limit=100");
            if (read.status() == 200) {
                read.json()
                        .path("turns")
                        .forEach(turn -> generations.add(turn.path("generation").stringValue("")));
            }
        }
        return generations.stream().sorted().toList();
    }
}
