package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The audit of reused answers, which turns a poisoned partition off, and the loss of Redis. Every reused answer is audited. */
@FaultStory
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SimilarAuditSystemTest {
    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().environment("inference-service", Map.of("SPRING_APPLICATION_JSON", """
                {"parley":{"inference":{"similar":{"audit":{"share":1,"audited-min":3}}}}}\
                """)));
    private static final String QUESTION = "How do I return a damaged parcel to the shop in Oslo within 14 days?";
    private static final List<String> PARAPHRASES = List.of(
            "How can I return a damaged parcel to the shop in Oslo within 14 days?",
            "What do I have to do to return a damaged parcel to the shop in Oslo within 14 days?",
            "My parcel is damaged, how do I get it back to the shop in Oslo within 14 days?");

    private int asked;

    @AfterAll
    static void stop() {
        STACK.close();
    }

    @Test
    void servesNothingOfAWipedRedisAndStoresAnew() throws Exception {
        ChatClient chat = IssuedKey.similar(STACK, "initech", "standard").at(0);
        SimilarRequests questions = new SimilarRequests();
        Answer lost = questions.stored(chat, QUESTION);
        assertThat(questions.ask(chat, PARAPHRASES.get(0)).header("x-parley-source"))
                .isEqualTo(lost.generation());

        RedisCommands.flushAll(STACK);

        assertThat(questions.ask(chat, PARAPHRASES.get(1)).cache()).isEqualTo("miss");
        Answer stored = Eventually.value(
                () -> questions.ask(chat, PARAPHRASES.get(0)),
                answer -> answer.cache().equals("similar"));
        assertThat(stored.header("x-parley-source")).isNotEqualTo(lost.generation());
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void vetoesWrongAnswersAndTurnsTheirPartitionOff() throws Exception {
        ChatClient chat = IssuedKey.similar(STACK, "acme", "standard").at(0);
        Simulator simulator = new Simulator(STACK);
        SimilarRequests poisoned = new SimilarRequests();
        SimilarRequests sound = new SimilarRequests();
        Answer first = poisoned.stored(chat, QUESTION);
        sound.stored(chat, QUESTION);
        simulator.judge(Map.of("error_rate", 1));

        Answer wrong = poisoned.ask(chat, PARAPHRASES.getFirst());
        assertThat(wrong.header("x-parley-source")).isEqualTo(first.generation());
        Eventually.value(
                () -> poisoned.ask(chat, PARAPHRASES.getFirst()).header("x-parley-source"),
                source -> !source.equals(first.generation()));
        Eventually.value(
                () -> poisoned.ask(chat, PARAPHRASES.get(asked++ % PARAPHRASES.size()))
                        .header("x-parley-similar"),
                "audit"::equals);

        assertThat(poisoned.ask(chat, "Hello, " + QUESTION).cache()).isEqualTo("miss");
        simulator.judge(Map.of());
        assertThat(sound.ask(chat, PARAPHRASES.getFirst()).cache()).isEqualTo("similar");
        MetricsPage metrics = MetricsPage.of(STACK, "inference-service");
        assertThat(metrics.sum("parley_similar_audits_total", "outcome=\"wrong\""))
                .isGreaterThanOrEqualTo(3);
        assertThat(metrics.sum("parley_similar_audit_wrong_share_low")).isGreaterThan(0.01);
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }
}
