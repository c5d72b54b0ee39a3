package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** An outage of cache-service of one minute: requests succeed, and their answers are cached afterwards. */
@FaultStory
class CacheServiceOutageSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final ContinuousRequests REQUESTS = new ContinuousRequests(STACK, List.of(CHAT));
    private static final Duration OUTAGE = Duration.ofMinutes(1);
    private static final String QUICK = "first_token_ms=0 tokens=8 tokens_per_second=1000";

    /** The kind of outage. */
    enum Outage {
        FROZEN {
            @Override
            void begin() {
                STACK.process("cache-service", 0).pause();
            }

            @Override
            void end() {
                STACK.process("cache-service", 0).resume();
            }
        },
        ABSENT {
            @Override
            void begin() {
                STACK.process("cache-service", 0).crash();
            }

            @Override
            void end() {
                STACK.process("cache-service", 0).restart();
            }
        };

        abstract void begin();

        abstract void end();
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @ParameterizedTest
    @EnumSource
    void answersDuringAnOutageAreCompleteAndCachedAfterwards(Outage outage) throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        ObjectNode known = ChatClient.question(QUICK);
        Eventually.value(
                () -> ask(known, conversation), answer -> answer.cache().equals("exact"));
        List<ObjectNode> questions =
                List.of(ChatClient.question(QUICK), ChatClient.question(QUICK), ChatClient.question(QUICK));
        List<Answer> answers = new ArrayList<>();

        String results = REQUESTS.during(ContinuousRequests.NONE, () -> {
            Instant end = Instant.now().plus(OUTAGE);
            outage.begin();
            try {
                for (ObjectNode question : questions) {
                    answers.add(ask(question, conversation));
                }
                assertThat(ask(known, conversation).cache()).isEqualTo("exact");
                Eventually.value(Instant::now, now -> now.isAfter(end));
            } finally {
                outage.end();
            }
        });
        System.out.println("cache-service " + outage + " for a minute: " + results);

        assertThat(answers).allMatch(answer -> answer.cache().equals("miss") && answer.status() == 200);
        // Its turn follows the others in the same partition.
        ObjectNode later = ChatClient.question(QUICK);
        Eventually.value(
                () -> ask(later, conversation), answer -> answer.cache().equals("exact"));
        for (int i = 0; i < answers.size(); i++) {
            Answer hit = ask(questions.get(i), conversation);
            assertThat(hit.cache()).isEqualTo("exact");
            assertThat(hit.events()).isEqualTo(answers.get(i).events());
        }
    }

    private static Answer ask(ObjectNode question, String conversation) throws Exception {
        return CHAT.ask(question, "x-parley-conversation", conversation);
    }
}
