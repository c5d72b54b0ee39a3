package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.node.ObjectNode;

/**
 * Concurrent equal requests share one call to Claude. Runs two replicas of every service, and no other stories meanwhile: on a busy
 * machine, some of a hundred requests would exceed the timeout for reading deletions, and call on their own.
 */
@Isolated
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CoalescingSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient[] CHATS = {new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1))};
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final String TEXT =
            IntStream.range(0, 60).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    private static final String QUICK = "first_token_ms=0 tokens=20 tokens_per_second=1000";
    private static final String SLOWLY = "first_token_ms=1500 tokens_per_second=30 text=\"" + TEXT + "\"";

    /** The first requests of a JVM are slow: a hundred at once exceed the timeout for reading deletions. */
    @BeforeAll
    static void warmUp() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(CHATS[i % 2].ask(ChatClient.question(QUICK)).status()).isEqualTo(200);
        }
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @Test
    void sendsOneCallForAHundredEqualRequests() throws Exception {
        ObjectNode question = ChatClient.question(UUID.randomUUID().toString(), SLOWLY);
        int before = calls();
        List<CompletableFuture<Answer>> pending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ObjectNode each = question.deepCopy().put("stream", i % 10 != 0);
            pending.add(CHATS[i % 2].askAsync(each));
        }
        List<String> generations = new ArrayList<>();
        for (CompletableFuture<Answer> each : pending) {
            Answer answer = each.get(60, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(
                            answer.header("content-type").startsWith("text/event-stream")
                                    ? answer.text()
                                    : answer.json().at("/content/0/text").stringValue(""))
                    .isEqualTo(TEXT);
            generations.add(answer.generation());
        }
        assertThat(calls() - before).isEqualTo(1);
        assertThat(generations).doesNotHaveDuplicates();
        int billed = 0;
        for (Turn turn : TURNS.of(new HashSet<>(generations))) {
            assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
            assertThat(TurnEvents.text(turn)).isEqualTo(TEXT);
            billed += turn.facts().attempts().size();
        }
        assertThat(billed).as("attempts over all turns").isEqualTo(1);
    }

    @Test
    void cancellingOneRequestLeavesTheOthersRunning() throws Exception {
        ObjectNode question = ChatClient.question(UUID.randomUUID().toString(), SLOWLY);
        int before = calls();
        try (StreamedAnswer leader = CHATS[0].read(question).untilCharacters(20);
                StreamedAnswer follower = CHATS[1].read(question).untilCharacters(20);
                StreamedAnswer other = CHATS[0].read(question).untilCharacters(20)) {
            assertThat(CHATS[0].delete("/v1/generations/" + leader.generation()).status())
                    .isEqualTo(202);
            assertThat(CHATS[0].delete("/v1/generations/" + follower.generation())
                            .status())
                    .isEqualTo(202);
            assertThat(other.toTheEnd().text()).isEqualTo(TEXT);
            assertThat(other.lastType()).isEqualTo("message_stop");
            assertThat(TEXT).startsWith(follower.toTheEnd().text());
            assertThat(TURNS.of(follower.generation())).isInstanceOf(Turn.ChatCancelled.class);
        }
        assertThat(calls() - before).isEqualTo(1);
    }

    @Test
    void noCacheRequestsAreNotCoalesced() throws Exception {
        ObjectNode question = ChatClient.question(UUID.randomUUID().toString(), SLOWLY);
        int before = calls();
        CompletableFuture<Answer> one = CHATS[0].askAsync(question);
        CompletableFuture<Answer> uncached = CHATS[1].askAsync(question, "cache-control", "no-cache");
        assertThat(one.get(60, TimeUnit.SECONDS).text()).isEqualTo(TEXT);
        assertThat(uncached.get(60, TimeUnit.SECONDS).text()).isEqualTo(TEXT);
        assertThat(calls() - before).isEqualTo(2);
    }

    /** The number of calls that the simulator has received. */
    private static int calls() throws IOException, InterruptedException {
        return new ChatClient(STACK.simulator())
                .get("/simulator/counters")
                .json()
                .path("calls")
                .intValue();
    }
}
