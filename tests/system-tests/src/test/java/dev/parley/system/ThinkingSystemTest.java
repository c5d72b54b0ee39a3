package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.messages.Thinking;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Similar questions and stored history with models that think unless a request forbids it, or in any case. */
@FaultStory
class ThinkingSystemTest {
    private static final String ALWAYS = "claude-opus-5-5";
    private static final String QUESTION = "How do I return a damaged parcel to the shop in Oslo within 14 days?";
    private static final String PARAPHRASE = "How can I return a damaged parcel to the shop in Oslo within 14 days?";

    /** Too far for the threshold. */
    private static final String FAR_PARAPHRASE =
            "How do I send a faulty delivery back to the shop in Oslo within 14 days?";

    private static LocalStack stack;

    private final SimilarRequests questions = new SimilarRequests();

    /** An answer, and what it answers. */
    private record Asked(ObjectNode request, Answer answer) {
        JsonNode content() {
            return answer.message().path("content");
        }

        List<String> types() {
            return content()
                    .valueStream()
                    .map(block -> block.path("type").stringValue(""))
                    .toList();
        }

        /** The next question, after this content as the answer. */
        ObjectNode next(JsonNode content) {
            ObjectNode next = request.deepCopy();
            next.withArray("messages").addObject().put("role", "assistant").set("content", content);
            next.withArray("messages").addObject().put("role", "user").put("content", "And what does the post take?");
            return next;
        }
    }

    private static LocalStack start(Map<String, String> inference) {
        return LocalStack.start(new StackSettings()
                .environment("claude-simulator", Map.of("PARLEY_SIMULATOR_THINKING", "real"))
                .environment("inference-service", inference));
    }

    @BeforeAll
    static void start() {
        stack = start(Map.of());
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        stack.close();
    }

    @Test
    void theDefaultJudgePermits() throws Exception {
        judgePermits(stack, "claude-haiku-5-5");
    }

    @Test
    void aJudgeThatAlwaysThinksPermits() throws Exception {
        try (LocalStack own = start(Map.of("PARLEY_INFERENCE_SIMILAR_JUDGE_MODEL", ALWAYS))) {
            judgePermits(own, ALWAYS);
        }
    }

    private void judgePermits(LocalStack stack, String judge) throws Exception {
        ChatClient chat = IssuedKey.similar(stack, "acme", "judged").at(0);
        Simulator simulator = new Simulator(stack);
        simulator.judge(Map.of("same", List.of(List.of(QUESTION, FAR_PARAPHRASE))));
        simulator.script("<new_question>\n" + FAR_PARAPHRASE, "first_token_ms=0 tokens_per_second=0");
        questions.stored(chat, QUESTION);

        Answer judged = questions.ask(chat, FAR_PARAPHRASE);

        assertThat(judged.header("x-parley-similar")).isEqualTo("reused:judge");
        assertThat(new TurnEvents(stack).of(judged.generation()).facts().attempts())
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.purpose()).contains(Attempt.JUDGE);
                    assertThat(call.model()).isEqualTo(judge);
                    assertThat(call.costUsd().orElseThrow()).isPositive();
                });
    }

    /** Claude refuses thinking that is bound to another question. */
    @Test
    void aReaderGoesOnAfterTheAnswerToASimilarQuestion() throws Exception {
        ChatClient chat = IssuedKey.similar(stack, "acme", "standard").at(0);
        Asked[] asked = new Asked[1];
        SimilarRequests.Call call = request -> {
            request.put("model", ALWAYS);
            asked[0] = new Asked(request, chat.ask(request).succeeded());
            return asked[0].answer();
        };
        Answer _ = questions.stored(QUESTION, call);
        Asked first = asked[0];
        Answer _ = questions.ask(PARAPHRASE, call);
        Asked similar = asked[0];

        assertThat(first.answer().cache()).isEqualTo("exact");
        assertThat(first.types()).containsExactly("thinking", "text");
        assertThat(similar.answer().cache()).isEqualTo("similar");
        assertThat(similar.types()).containsExactly("text");
        assertThat(similar.answer().text()).isEqualTo(first.answer().text());
        assertThat(chat.ask(similar.next(first.content())).status())
                .as("with the thinking of the first question")
                .isEqualTo(400);
        assertThat(chat.ask(similar.next(similar.content())).succeeded().text()).isNotEmpty();
        assertThat(chat.ask(first.next(first.content())).succeeded().header("x-parley-similar"))
                .as("thinking in the history excludes no question")
                .isNotEmpty();
    }

    /** Claude refuses thinking behind another system prompt than its own. */
    @Test
    void aStoredConversationGoesOnUnderAnotherSystemPrompt() throws Exception {
        ChatClient chat = new ChatClient(stack.gateway(0));
        TurnEvents turns = new TurnEvents(stack);
        String[] stored = {"x-parley-conversation", "conv_" + UUID.randomUUID(), "x-parley-history", "stored"};

        chat.ask(under("It is Monday."), stored).succeeded();
        Answer same = chat.ask(under("It is Monday."), stored).succeeded();
        Answer other = chat.ask(under("It is Tuesday."), stored).succeeded();
        Answer last = chat.ask(under("It is Tuesday."), stored).succeeded();

        assertThat(thinkingBefore(same, turns)).isEqualTo(1);
        assertThat(thinkingBefore(other, turns)).isZero();
        assertThat(thinkingBefore(last, turns)).isEqualTo(1);
    }

    private static ObjectNode under(String system) {
        return ChatClient.question().put("model", ALWAYS).put("system", system);
    }

    /** The number of thinking blocks in the history of an answer. */
    private static long thinkingBefore(Answer answer, TurnEvents turns) throws Exception {
        JsonNode messages =
                turns.of(answer.generation()).facts().request().tree().path("messages");
        return messages.valueStream()
                .flatMap(message -> message.path("content").valueStream())
                .filter(Thinking::is)
                .count();
    }
}
