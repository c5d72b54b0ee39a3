package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.node.ObjectNode;

/**
 * Concurrent equal requests share one call to Claude. Runs two replicas of every service, and no other stories meanwhile: on a busy
 * machine, some of a hundred requests would exceed the timeout for reading deletions, and call on their own.
 */
@Isolated
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(ReplicatedStack.class)
class CoalescingSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient[] CHATS = {new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1))};
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final Simulator SIMULATOR = new Simulator(STACK);
    private static final String SLOWLY = "first_token_ms=1500 tokens_per_second=60 text=\"" + LongAnswer.TEXT + "\"";

    /** The first requests of a JVM are slow: a hundred at once exceed the timeout for reading deletions. */
    @BeforeAll
    static void warmUp() throws Exception {
        for (int i = 0; i < 20; i++) {
            CHATS[i % 2].ask(ChatClient.question()).succeeded();
        }
    }

    @Test
    void sendsOneCallForAHundredEqualRequests() throws Exception {
        ObjectNode question = ChatClient.question(SLOWLY);
        int before = SIMULATOR.counter("calls");
        List<CompletableFuture<Answer>> pending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ObjectNode each = question.deepCopy().put("stream", i % 10 != 0);
            pending.add(CHATS[i % 2].askAsync(each));
        }
        List<String> generations = new ArrayList<>();
        for (CompletableFuture<Answer> each : pending) {
            Answer answer = each.get(60, TimeUnit.SECONDS).succeeded();
            assertThat(
                            answer.header("content-type").startsWith("text/event-stream")
                                    ? answer.text()
                                    : answer.json().at("/content/0/text").stringValue(""))
                    .isEqualTo(LongAnswer.TEXT);
            generations.add(answer.generation());
        }
        assertThat(SIMULATOR.counter("calls") - before).isEqualTo(1);
        assertThat(generations).doesNotHaveDuplicates();
        int billed = 0;
        for (Turn turn : TURNS.of(new HashSet<>(generations))) {
            assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
            assertThat(TurnEvents.text(turn)).isEqualTo(LongAnswer.TEXT);
            billed += turn.facts().attempts().size();
        }
        assertThat(billed).as("attempts over all turns").isEqualTo(1);
    }

    @Test
    void cancellingOneRequestLeavesTheOthersRunning() throws Exception {
        ObjectNode question = ChatClient.question(SLOWLY);
        int before = SIMULATOR.counter("calls");
        try (StreamedAnswer leader = CHATS[0].read(question).untilCharacters(20);
                StreamedAnswer follower = CHATS[1].read(question).untilCharacters(20);
                StreamedAnswer other = CHATS[0].read(question).untilCharacters(20)) {
            assertThat(CHATS[0].delete("/v1/generations/" + leader.generation()).status())
                    .isEqualTo(202);
            assertThat(CHATS[0].delete("/v1/generations/" + follower.generation())
                            .status())
                    .isEqualTo(202);
            assertThat(other.toTheEnd().text()).isEqualTo(LongAnswer.TEXT);
            assertThat(other.lastType()).isEqualTo("message_stop");
            assertThat(LongAnswer.TEXT).startsWith(follower.toTheEnd().text());
            assertThat(TURNS.of(follower.generation())).isInstanceOf(Turn.ChatCancelled.class);
        }
        assertThat(SIMULATOR.counter("calls") - before).isEqualTo(1);
    }

    @Test
    void noCacheRequestsAreNotCoalesced() throws Exception {
        ObjectNode question = ChatClient.question(SLOWLY);
        int before = SIMULATOR.counter("calls");
        CompletableFuture<Answer> one = CHATS[0].askAsync(question);
        CompletableFuture<Answer> uncached = CHATS[1].askAsync(question, "cache-control", "no-cache");
        assertThat(one.get(60, TimeUnit.SECONDS).text()).isEqualTo(LongAnswer.TEXT);
        assertThat(uncached.get(60, TimeUnit.SECONDS).text()).isEqualTo(LongAnswer.TEXT);
        assertThat(SIMULATOR.counter("calls") - before).isEqualTo(2);
    }
}
