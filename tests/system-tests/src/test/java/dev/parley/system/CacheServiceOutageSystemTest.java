package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** An outage of cache-service of one minute: requests succeed, and their answers are cached afterwards. */
@FaultStory
@ExtendWith(SharedStack.class)
class CacheServiceOutageSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final ManagedProcess CACHE = STACK.process("cache-service", 0);
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final ContinuousRequests REQUESTS = new ContinuousRequests(STACK, List.of(CHAT));
    private static final Duration OUTAGE = Duration.ofMinutes(1);

    /** The kind of outage. */
    enum Outage {
        FROZEN,
        ABSENT;

        void begin() {
            switch (this) {
                case FROZEN -> CACHE.pause();
                case ABSENT -> CACHE.crash();
            }
        }

        void end() {
            switch (this) {
                case FROZEN -> CACHE.resume();
                case ABSENT -> CACHE.restart();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersDuringAnOutageAreCompleteAndCachedAfterwards(Outage outage) throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        ObjectNode known = ChatClient.question();
        CHAT.askUntilCached(known, "x-parley-conversation", conversation);
        List<ObjectNode> questions = List.of(ChatClient.question(), ChatClient.question(), ChatClient.question());
        List<Answer> answers = new ArrayList<>();

        FaultRuns.FaultInjection fault = () -> {
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
        };
        var results = REQUESTS.during(ContinuousRequests.NONE, fault, FaultRuns.FaultInjection::inject);
        System.out.println("cache-service " + outage + " for a minute: " + results);

        assertThat(answers).allMatch(answer -> answer.cache().equals("miss") && answer.status() == 200);
        // Its turn follows the others in the same partition.
        CHAT.askUntilCached(ChatClient.question(), "x-parley-conversation", conversation);
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
