package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of a service is not read. */
@AloneOnReplicatedStack
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadLogSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final int REQUESTS = 20;

    private final ChatClient chat = new ChatClient(STACK.gateway(1));

    /** The later requests are sent while lines of the earlier ones wait. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "inference-service"})
    void requestsAreAnsweredAndTheLinesAreWrittenLater(String service) throws Exception {
        try (UnreadLog log = UnreadLog.of(STACK.process(service, 1))) {
            askAtOnce();
            List<String> later = askAtOnce();
            log.readUntil(service.equals("gateway-service") ? List.of(later.getLast()) : later);
        }
    }

    /**
     * Each call breaks once, about which inference-service writes a line; the other replica may run some of them.
     *
     * @return the generations of the answers
     */
    private List<String> askAtOnce() throws Exception {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            asked.add(chat.askAsync(ChatClient.question(ChatClient.QUICK + " fault=cut after=10")));
        }
        List<Answer> answers = new ArrayList<>();
        for (CompletableFuture<Answer> answer : asked) {
            answers.add(answer.get().succeeded());
        }
        assertThat(answers).extracting(Answer::text).doesNotContain("");
        return answers.stream().map(Answer::generation).toList();
    }
}
